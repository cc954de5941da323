// Written by lab-app's tests from the list of commands: not to be edited.

/** Commands that may be given twice: given again when the connection was lost before the answer came. */
export const AGAIN = [
  "about",
  "doctor",
  "stacks",
  "up",
  "down",
  "cancel_job",
  "labs",
  "actions",
  "views",
  "lessons",
  "lesson",
  "begin",
  "predict",
  "go_to_step",
  "experiment_plan_check",
  "experiments",
  "experiment",
  "experiment_trials",
  "experiment_trial",
  "experiment_expect",
  "experiment_replays",
  "experiment_export",
  "experiment_compare",
  "experiment_verify",
] as const;
