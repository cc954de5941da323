// The image of a node that runs one that was built here, after a build that failed.
import type { Layer, Model } from "../../src/views/lab_image/model.gen";

const layer = (created_by: string, size: number, of_base: boolean): Layer => ({
  created_by,
  size,
  created: null,
  of_base,
});

export const image: Model = {
  node: "airflow-1",
  image: {
    reference: "pipewright/lab-airflow:quix",
    id: "sha256:4f5b1c9e0a7d11223344556677889900aabbccddeeff00112233445566778899",
    created: null,
    size: 1_420_000_000,
    base: "pipewright/airflow:3.3.2",
    layers: [
      layer("/bin/sh -c #(nop) ADD file:1f3 in / ", 117_000_000, true),
      layer("RUN /bin/sh -c apt-get update && apt-get install -y python3 # buildkit", 410_000_000, true),
      layer("RUN /bin/sh -c pip install --no-cache-dir apache-airflow==3.3.2 # buildkit", 780_000_000, true),
      layer("/bin/sh -c #(nop)  USER 50000:0", 0, true),
      layer("COPY requirements.txt / # buildkit", 41, false),
      layer("RUN /bin/sh -c pip install --no-cache-dir -r /requirements.txt # buildkit", 18_400_000, false),
    ],
    env: [
      { name: "PATH", value: "/home/airflow/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      { name: "AIRFLOW_HOME", value: "/opt/airflow" },
    ],
    entrypoint: ["/usr/bin/dumb-init", "--", "/entrypoint"],
    cmd: [],
    user: "50000:0",
    working_dir: "/opt/airflow",
  },
  choices: [
    {
      reference: "pipewright/airflow:3.3.2",
      id: "sha256:3",
      created: null,
      size: 1_390_000_000,
      extends: false,
      in_use: false,
    },
    {
      reference: "pipewright/lab-airflow:quix",
      id: "sha256:4f5b1c9e0a7d",
      created: null,
      size: 1_420_000_000,
      extends: true,
      in_use: true,
    },
  ],
  files: [
    {
      name: "Dockerfile",
      text: "FROM pipewright/airflow:3.3.2\nCOPY requirements.txt /\nRUN pip install --no-cache-dir -r /requirements.txt\n",
      written: true,
    },
    { name: "requirements.txt", text: "quixstreems==3.28.1\n", written: true },
  ],
  build: {
    tag: "pipewright/lab-airflow:quix2",
    from: ["pipewright/airflow:3.3.2"],
    state: "failed",
    began_at: 52_000,
    took: 3200,
    of: 4,
    steps: [
      {
        number: 1,
        instruction: "FROM pipewright/airflow:3.3.2",
        line: 1,
        state: "done",
        cached: null,
        began_at: 52_000,
        took: 20,
      },
      {
        number: 2,
        instruction: "COPY requirements.txt /",
        line: 2,
        state: "done",
        cached: true,
        began_at: 52_020,
        took: 10,
      },
      {
        number: 3,
        instruction: "RUN pip install --no-cache-dir -r /requirements.txt",
        line: 3,
        state: "failed",
        cached: false,
        began_at: 52_030,
        took: 3100,
      },
    ],
    image: null,
    error: "The command '/bin/sh -c pip install --no-cache-dir -r /requirements.txt' returned a non-zero code: 1",
    failed_line: 3,
    output: [
      "ERROR: Could not find a version that satisfies the requirement quixstreems==3.28.1 (from versions: none)",
      "ERROR: No matching distribution found for quixstreems==3.28.1",
    ],
  },
};

export const strangeImage: Model = { node: "airflow-1", image: null, choices: null, files: null, build: null };
