// What a new DAG file begins with. Each is a whole DAG that runs as it is.

export interface Template {
  name: string;
  text: (file: string) => string;
}

/** A name for the DAG and for the function that makes it: `my-dag.py` gives `my_dag`. */
export function nameOf(file: string): string {
  const name = file.replace(/\.py$/, "").replaceAll("-", "_");
  return /^[A-Za-z_]/.test(name) ? name : `dag_${name}`;
}

const taskflow = (file: string) => `from airflow.sdk import dag, task


@dag(schedule=None)
def ${nameOf(file)}():
    @task
    def extract():
        return [3, 1, 2]

    @task
    def total(numbers):
        print("total:", sum(numbers))

    total(extract())


${nameOf(file)}()
`;

const group = (file: string) => `from airflow.sdk import dag, task, task_group


@dag(schedule=None)
def ${nameOf(file)}():
    @task
    def stations():
        return ["north", "south", "west"]

    @task_group
    def readings():
        @task
        def read(station):
            return len(station)

        @task
        def check(values):
            print(list(values))

        check(read.expand(station=stations()))

    readings()


${nameOf(file)}()
`;

const sensor = (file: string) => `from datetime import datetime, timedelta, timezone

from airflow.sdk import PokeReturnValue, dag, task


@dag(schedule=None)
def ${nameOf(file)}():
    @task
    def begin():
        return datetime.now(timezone.utc).isoformat()

    @task.sensor(poke_interval=10, timeout=120, mode="reschedule")
    def half_a_minute(since):
        waited = datetime.now(timezone.utc) - datetime.fromisoformat(since)
        return PokeReturnValue(is_done=waited > timedelta(seconds=30), xcom_value=str(waited))

    @task
    def tell(waited):
        print("waited", waited)

    tell(half_a_minute(begin()))


${nameOf(file)}()
`;

export const TEMPLATES: readonly Template[] = [
  { name: "TaskFlow: two tasks", text: taskflow },
  { name: "A group with a mapped task", text: group },
  { name: "A sensor that gives way", text: sensor },
  { name: "Empty", text: () => "" },
];
