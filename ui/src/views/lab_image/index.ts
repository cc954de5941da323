import { viewKind } from "../kind";
import LabImage from "./LabImage.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    lab_image: { params: Params; model: Model };
  }
}

export default viewKind("lab_image", {
  title: ({ node }) => `Image of ${node}`,
  waiting: "The container engine has not told the node's image yet.",
  picture: LabImage,
  inLab: {
    of: "airflow",
    part: "below",
    order: 60,
    with: ({ node }) => (node === null ? null : { node }),
  },
});
