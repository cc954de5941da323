import { expect, it } from "vitest";
import { fields, fill } from "./fields";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["topic"],
  properties: {
    partitions: { type: "integer", minimum: 1, maximum: 100, default: 1, description: "How many." },
    topic: { type: "string", description: "Its name." },
    acks: { anyOf: [{ $ref: "#/$defs/Acks" }, { type: "null" }] },
    keys: { type: "array", items: { type: "string" } },
    idempotent: { type: "boolean", default: true },
    configs: { type: "object" },
  },
  $defs: { Acks: { oneOf: [{ const: "all", description: "…" }, { const: "1" }] } },
};

it("makes fields, the required ones first", () => {
  const all = fields(schema);
  expect(all.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ["topic", "text", true],
    ["partitions", "number", false],
    ["acks", "choice", false],
    ["keys", "lines", false],
    ["idempotent", "switch", false],
    ["configs", "json", false],
  ]);
  expect(all.find(({ name }) => name === "acks")?.choices).toEqual(["all", "1"]);
});

it("reads a filled form as a call and leaves empty fields out", () => {
  const texts = { topic: " orders ", partitions: "3", keys: "north\n\n south", configs: '{"retention.ms": 1}' };
  expect(fill("kafka.create_topic", fields(schema), texts)).toEqual({
    call: {
      do: "kafka.create_topic",
      topic: "orders",
      partitions: 3,
      keys: ["north", "south"],
      idempotent: true,
      configs: { "retention.ms": 1 },
    },
  });
});

it("says what is wrong, field by field", () => {
  expect(fill("kafka.create_topic", fields(schema), { partitions: "0", configs: "{" })).toEqual({
    wrong: { topic: "This is needed.", partitions: "At least 1.", configs: "This is not JSON." },
  });
});
