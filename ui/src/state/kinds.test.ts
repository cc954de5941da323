// Kinds are checked by the compiler: a line that is marked as an error here and is none makes `npm run check` fail.
import { expect, expectTypeOf, it } from "vitest";
import type { Model as Cluster } from "../views/kafka_cluster/model.gen";
import type { Feeds } from "./feeds";
import { type ModelOf, type ParamsOf, toView } from "./kinds";

it("names a view of a lab by kind and parameters", () => {
  const to = toView("lab", "kafka_records", { topic: "orders" });
  expect(to).toEqual({ to: "view", lab: "lab", view: { kind: "kafka_records", with: { topic: "orders" } } });
});

it("gives a feed the model of its kind", () => {
  const cluster = (feeds: Feeds) => feeds.view("lab", "kafka_cluster", {}).value?.model;
  expectTypeOf(cluster).returns.toEqualTypeOf<Cluster | undefined>();
  expectTypeOf<ModelOf<"kafka_cluster">>().toEqualTypeOf<Cluster>();
  expectTypeOf<ParamsOf<"cassandra_storage">>().toEqualTypeOf<{ table: string }>();
});

it("takes no kind that is not there, and no other parameters than those of the kind", () => {
  const wrong = (feeds: Feeds) => {
    // @ts-expect-error There is no such kind.
    feeds.view("lab", "kafka_clutser", {});
    // @ts-expect-error It has no such parameter.
    feeds.view("lab", "kafka_cluster", { topic: "orders" });
    // @ts-expect-error It takes none at all.
    feeds.view("lab", "cassandra_hints", { table: "ks.t" });
    // @ts-expect-error Its topic is missing.
    feeds.view("lab", "kafka_records", {});
    // @ts-expect-error A topic is a text.
    feeds.view("lab", "kafka_records", { topic: 7 });
    // @ts-expect-error A view is followed by its kind.
    feeds.use({ to: "view", lab: "lab", view: { kind: "kafka_cluster", with: {} } });
  };
  expect(wrong).toBeTypeOf("function");
});
