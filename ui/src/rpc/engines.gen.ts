// Written by lab-app's tests from the list of engines: not to be edited.

/** Engines: the `system` of their nodes, and the first word of their actions. */
export const ENGINES = [
  "kafka",
  "cassandra",
  "airflow",
  "weather",
] as const;
