//! Ports on 127.0.0.1 and a subnet that nobody uses, and a secret, chosen once when a lab comes up.
//!
//! The choice itself is pure; what is taken is asked of the engine and of this machine.

use std::collections::HashSet;
use std::net::{Ipv4Addr, TcpListener};

use bollard::query_parameters::{ListContainersOptions, ListContainersOptionsBuilder, ListNetworksOptions};

use crate::Engine;
use crate::error::{Error, Result};
use crate::stack::{Stack, Variables};

/// How many ports above the preferred one are tried.
const PORTS_TRIED: u16 = 90;

impl Engine {
    /// Fills in the ports, the subnet and the secret that are not chosen yet.
    pub(super) async fn choose(&self, stack: &Stack, mut variables: Variables) -> Result<Variables> {
        let defaults = stack.defaults();
        let default = |name: &str| defaults.get(name).cloned().unwrap_or_default();
        let mut taken = self.ports_taken().await?;
        taken.extend(variables.values().filter_map(|value| value.parse::<u16>().ok()));
        let local = self.info().is_local();
        for variable in stack.port_variables() {
            if variables.contains_key(variable) {
                continue;
            }
            let wanted = default(variable).parse().unwrap_or(29092);
            let port =
                free_port(wanted, &taken, |port| !local || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
                    .ok_or_else(|| Error::NothingFree { what: format!("port near {wanted}") })?;
            taken.insert(port);
            variables.insert(variable.to_owned(), port.to_string());
        }
        for (variable, _) in stack.secrets() {
            variables.entry(variable.to_owned()).or_insert_with(|| uuid::Uuid::new_v4().simple().to_string());
        }
        if let Some(variable) = stack.subnet_variable().filter(|name| !variables.contains_key(*name)) {
            let mut taken = self.subnets_taken().await?;
            taken.extend(routes());
            let net = free_net(&default(variable), &taken).ok_or(Error::NothingFree { what: "subnet".into() })?;
            variables.insert(variable.to_owned(), net);
        }
        Ok(variables)
    }

    /// Ports that running containers publish, and those that our stopped ones will want again.
    async fn ports_taken(&self) -> Result<HashSet<u16>> {
        let running = self.docker.list_containers(None::<ListContainersOptions>).await;
        let running = running.map_err(Error::engine("list containers"))?;
        let mut taken: HashSet<u16> =
            running.iter().flat_map(|c| c.ports.iter().flatten()).filter_map(|port| port.public_port).collect();
        let ours = ListContainersOptionsBuilder::new().all(true).filters(&crate::label::filter(None)).build();
        let ours = self.docker.list_containers(Some(ours)).await.map_err(Error::engine("list containers"))?;
        for id in ours.into_iter().filter_map(|container| container.id) {
            // A container that is just being removed has no ports any more.
            taken.extend(self.published(&id).await.unwrap_or_default().into_values());
        }
        Ok(taken)
    }

    async fn subnets_taken(&self) -> Result<Vec<Subnet>> {
        let networks = self.docker.list_networks(None::<ListNetworksOptions>).await;
        let networks = networks.map_err(Error::engine("list networks"))?;
        let pools = networks.into_iter().filter_map(|network| network.ipam?.config).flatten();
        Ok(pools.filter_map(|pool| Subnet::parse(&pool.subnet?)).collect())
    }
}

fn free_port(wanted: u16, taken: &HashSet<u16>, can_bind: impl Fn(u16) -> bool) -> Option<u16> {
    let last = wanted.saturating_add(PORTS_TRIED);
    (wanted..=last).find(|port| !taken.contains(port) && can_bind(*port))
}

/// `10.213.3` or one of the nets after it.
fn free_net(wanted: &str, taken: &[Subnet]) -> Option<String> {
    let mut numbers = wanted.split('.').map(|number| number.parse::<u8>().ok());
    let (first, second, third) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let nets = (third..=u8::MAX).chain(1..third).map(|third| Ipv4Addr::new(first, second, third, 0));
    let free =
        nets.map(|address| Subnet { address, bits: 24 }).find(|net| taken.iter().all(|other| !net.overlaps(other)))?;
    let [a, b, c, _] = free.address.octets();
    Some(format!("{a}.{b}.{c}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Subnet {
    address: Ipv4Addr,
    bits: u32,
}

impl Subnet {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        Some(Self { address: address.parse().ok()?, bits: bits.parse().ok().filter(|bits| *bits <= 32)? })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let bits = self.bits.min(other.bits);
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        self.address.to_bits() & mask == other.address.to_bits() & mask
    }
}

/// Routes of this machine itself, where it is easy to know them. Very wide ones (a default route, a company's
/// 10.0.0.0/8) do no harm: the lab's narrower route wins.
fn routes() -> Vec<Subnet> {
    std::fs::read_to_string("/proc/net/route").map(|table| parse_routes(&table)).unwrap_or_default()
}

fn parse_routes(table: &str) -> Vec<Subnet> {
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // The kernel writes the bytes in network order, read as a number of the machine.
        let number = |text: &str| Some(Ipv4Addr::from(u32::from_str_radix(text, 16).ok()?.to_ne_bytes()));
        let (address, mask) = (number(fields.get(1)?)?, number(fields.get(7)?)?);
        Some(Subnet { address, bits: mask.to_bits().count_ones() })
    };
    table.lines().skip(1).filter_map(route).filter(|route| route.bits >= 9).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_port_is_taken_if_free_and_else_the_next() {
        let taken = HashSet::from([29192, 29193]);
        assert_eq!(free_port(29092, &taken, |_| true), Some(29092));
        assert_eq!(free_port(29192, &taken, |_| true), Some(29194));
        assert_eq!(free_port(29192, &taken, |port| port > 29200), Some(29201));
        assert_eq!(free_port(29192, &taken, |_| false), None);
    }

    #[test]
    fn a_net_that_overlaps_any_other_is_passed_over() {
        let taken: Vec<Subnet> =
            ["10.213.3.0/24", "10.213.4.128/25", "172.17.0.0/16"].iter().filter_map(|t| Subnet::parse(t)).collect();
        assert_eq!(taken.len(), 3);
        assert_eq!(free_net("10.213.3", &taken).as_deref(), Some("10.213.5"));
        assert_eq!(free_net("10.213.9", &taken).as_deref(), Some("10.213.9"));
        let all = [Subnet::parse("10.0.0.0/8").unwrap()];
        assert_eq!(free_net("10.213.3", &all), None);
    }

    #[test]
    fn the_kernels_table_is_read_and_wide_routes_are_left_out() {
        let table = format!(
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n\
             eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n\
             br-1\t{:08X}\t00000000\t0001\t0\t0\t0\t{:08X}\n",
            u32::from_ne_bytes([10, 213, 3, 0]),
            u32::from_ne_bytes([255, 255, 255, 0]),
        );
        assert_eq!(parse_routes(&table), [Subnet::parse("10.213.3.0/24").unwrap()]);
    }
}
