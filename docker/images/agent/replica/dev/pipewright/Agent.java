package dev.pipewright;

import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import javax.management.ObjectName;

import org.jolokia.jvmagent.JvmAgent;

/** Registers the bean of ours, then starts Jolokia, which answers for it like for any other bean. */
public final class Agent
{
    private Agent() {}

    public static void premain(String arguments, Instrumentation instrumentation) throws Exception
    {
        ManagementFactory.getPlatformMBeanServer().registerMBean(new Replica(), new ObjectName("dev.pipewright:type=Replica"));
        JvmAgent.premain(arguments, instrumentation);
    }
}
