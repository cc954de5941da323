// What is asked before something is lost: the question, what would be gone, and the answer that does it.

export type Asked = "replace" | "delete" | "discard" | "forget";

interface Question {
  title: (file: string) => string;
  says: (file: string) => string;
  yes: string;
}

export const ASKED: Record<Asked, Question> = {
  replace: {
    title: (file) => `Replace ${file}?`,
    says: (file) =>
      `Airflow names ${file}, and it was not written here. Saving replaces its text, which nobody here knows.`,
    yes: "Replace it",
  },
  delete: {
    title: (file) => `Delete ${file}?`,
    says: () =>
      "It goes from the DAGs folder, and its DAGs become stale. Their runs stay, and a text written here stays, too.",
    yes: "Delete it",
  },
  discard: {
    title: (file) => `Discard the changes of ${file}?`,
    says: () => "The text becomes again what was saved last.",
    yes: "Discard them",
  },
  forget: {
    title: (file) => `Forget the text of ${file}?`,
    says: () => "It is in no file, so it is gone then.",
    yes: "Forget it",
  },
};
