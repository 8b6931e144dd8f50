// SPDX-License-Identifier: GPL-3.0-or-later
// A job type of Flamenco (https://flamenco.blender.org/usage/job-types/): `kinescribe batch` on many workers.
//
// Put this file into the folder `scripts` beside Flamenco Manager, and define the variable `kinescribe` there: the path
// of the command on the workers of each system. Table and results have to be in the shared storage.

const JOB_TYPE = {
    label: "Kinescribe Batch",
    description: "A table of prompts becomes motion files, in chunks that the workers compute at the same time.",
    settings: [
        {
            key: "table", type: "string", subtype: "file_path", required: true,
            description: "Table of jobs, .csv or .jsonl",
        },
        {
            key: "results", type: "string", subtype: "dir_path", required: true,
            description: "Folder of the motion files",
        },
        {
            key: "chunks", type: "int32", default: 8, propargs: { min: 1, max: 1000 },
            description: "Tasks, of which each computes an equal part of the table",
        },
        {
            key: "format", type: "string", required: true, default: "npz", choices: ["npz", "bvh", "glb"],
            description: "Format of the motion files",
        },
        {
            key: "more_arguments", type: "string", default: "",
            description: "Further options of `kinescribe batch`, separated by spaces",
        },
    ],
};

function makeCommand(settings, chunk) {
    const more = (settings.more_arguments || "").split(" ").filter((part) => part.length > 0);
    const args = ["batch", settings.table, "-o", settings.results, "--format", settings.format];
    return author.Command("exec", { exe: "{kinescribe}", args: args.concat(more, chunk) });
}

function compileJob(job) {
    const settings = job.settings;
    // also checks what was left undone, and writes the one table of results
    const last = author.Task("results", "misc");
    last.addCommand(makeCommand(settings, []));
    for (let number = 1; number <= settings.chunks; number++) {
        const task = author.Task(`chunk-${number}`, "misc");
        task.addCommand(makeCommand(settings, ["--chunk", `${number}/${settings.chunks}`]));
        job.addTask(task);
        last.addDependency(task);
    }
    job.addTask(last);
}
