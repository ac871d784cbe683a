// Runs one command of the engine on a program, through Node's Automation API, and prints what the engine prints.
//
// node driver.js PROGRAM STACK COMMAND [--OPTION ...], in the folder of the project. Options are the API's, as flags.

import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";

type Command = "preview" | "up" | "refresh" | "destroy";

async function main(program: string, stackName: string, command: Command, ...flags: string[]): Promise<void> {
    const workspace = await LocalWorkspace.create({ workDir: ".", program: async () => require(program) });
    // Spare the commands that select the stack, which each command names, and that look up outputs and history afterwards.
    workspace.selectStack = async () => {};
    const stack = await Stack.select(stackName, workspace);
    stack.outputs = async () => ({});
    stack.info = async () => undefined;
    const options = Object.fromEntries(flags.map(flag => [camelCase(flag), true]));
    await stack[command]({ ...options, onOutput: write, onError: write });
}

function camelCase(flag: string): string {
    return flag.replace(/^--/, "").replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function write(text: string): void {
    process.stdout.write(text);
}

main(...process.argv.slice(2) as Parameters<typeof main>).catch(error => {
    console.log(`${error}`);
    process.exitCode = 1;
});
