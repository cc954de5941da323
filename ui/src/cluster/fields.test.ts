import { expect, it } from "vitest";
import { fields, fill, parted } from "./fields";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["topic"],
  properties: {
    acks: { anyOf: [{ $ref: "#/$defs/Acks" }, { type: "null" }] },
    configs: { type: "object", default: {} },
    idempotent: { type: "boolean", default: true },
    keys: { type: "array", items: { type: "string" }, default: [] },
    partitions: { type: "integer", minimum: 1, maximum: 100, default: 1, description: "How many." },
    topic: { type: "string", description: "Its name." },
    value: { type: "string", default: "record {n}" },
  },
  $defs: { Acks: { oneOf: [{ const: "all", description: "…" }, { const: "1" }] } },
};
const ORDER = ["partitions", "topic", "keys", "value", "acks", "idempotent", "configs"];
const all = fields(schema, ORDER);
const names = (some: { name: string }[]) => some.map(({ name }) => name);

it("makes fields in the order of the action, the required ones first", () => {
  expect(all.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ["topic", "text", true],
    ["partitions", "number", false],
    ["keys", "lines", false],
    ["value", "text", false],
    ["acks", "choice", false],
    ["idempotent", "switch", false],
    ["configs", "json", false],
  ]);
  expect(all.find(({ name }) => name === "acks")?.choices).toEqual(["all", "1"]);
});

it("shows the first few, and every one that is needed, without being asked for more", () => {
  expect(names(parted(all).first)).toEqual(["topic", "partitions", "keys"]);
  expect(names(parted(all).more)).toEqual(["value", "acks", "idempotent", "configs"]);
  expect(parted(all.slice(0, 4)).more, "one alone is not hidden").toEqual([]);
  const needed = all.map((field) => ({ ...field, required: true }));
  expect(parted(needed).more).toEqual([]);
});

it("tells what counts where nothing is given, and sends none of it", () => {
  expect(Object.fromEntries(all.map(({ name, usual }) => [name, usual]))).toEqual({
    topic: "",
    partitions: "1",
    keys: "",
    value: "record {n}",
    acks: "",
    idempotent: "yes",
    configs: "",
  });
  expect(fill("kafka.produce", all, { topic: "orders" })).toEqual({ call: { do: "kafka.produce", topic: "orders" } });
});

it("knows three answers to a question: yes, no and none", () => {
  const idempotent = (text: string) => {
    const filled = fill("kafka.produce", all, { topic: "t", idempotent: text });
    return "call" in filled ? filled.call["idempotent"] : filled.wrong;
  };
  expect([idempotent("yes"), idempotent("no"), idempotent("")]).toEqual([true, false, undefined]);
});

it("reads a filled form as a call and leaves empty fields out", () => {
  const texts = { topic: " orders ", partitions: "3", keys: "north\n\n south", configs: '{"retention.ms": 1}' };
  expect(fill("kafka.create_topic", all, texts)).toEqual({
    call: {
      do: "kafka.create_topic",
      topic: "orders",
      partitions: 3,
      keys: ["north", "south"],
      configs: { "retention.ms": 1 },
    },
  });
});

it("says what is wrong, field by field", () => {
  expect(fill("kafka.create_topic", all, { partitions: "0", configs: "{" })).toEqual({
    wrong: { topic: "This is needed.", partitions: "At least 1.", configs: "This is not JSON." },
  });
});

it("takes a file as it is: its lines, and the spaces at their beginnings", () => {
  const of = fields(
    {
      required: ["file", "text"],
      properties: {
        file: { type: "string", minLength: 4, maxLength: 100 },
        text: { type: "string", minLength: 1, maxLength: 262_144 },
      },
    },
    ["file", "text"],
  );
  expect(of.map(({ kind }) => kind)).toEqual(["text", "page"]);
  const text = "  from airflow.sdk import dag\n\n@dag()\ndef a():\n    ...\n";
  const call = { do: "airflow.put_dag", file: "a.py", text };
  expect(fill("airflow.put_dag", of, { file: " a.py ", text })).toEqual({ call });
  expect(fill("airflow.put_dag", of, { file: "a.py", text: " \n " })).toEqual({ wrong: { text: "This is needed." } });
});
