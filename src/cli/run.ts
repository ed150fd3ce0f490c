import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { commands } from './commands.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';

const done = 0;
const failed = 1;
const misused = 2;

/** Runs `holdfast` with these arguments; gives the exit code: 0 when all went well, 1 when it failed, 2 when it was used in a wrong way. */
export async function run(args: readonly string[], world: World): Promise<number> {
  try {
    const program = await programFor(args, world);
    await program.parseAsync([...args], { from: 'user' });
    return done;
  } catch (error) {
    return report(error, world);
  }
}

async function programFor(args: readonly string[], world: World): Promise<Command> {
  const program = new Command('holdfast').description('Resilience for TypeScript services: tools beside the library.');
  program.version(versionOf(), '--version', 'print the version');
  const asked = commandIn(args);
  for (const { name, about, load } of commands) {
    const command = name === asked ? await load(world) : new Command(name);
    program.addCommand(command.description(about));
  }
  prepare(program, world);
  return program;
}

/** The command that is asked for, or about. */
function commandIn(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

/** Lets a command and those below it throw instead of ending the process, and print where they are told to. */
function prepare(command: Command, world: World): void {
  command.exitOverride().helpOption('-h, --help', 'print this help');
  command.configureOutput({ writeOut: (text) => world.out(text), writeErr: (text) => world.err(text) });
  for (const inner of command.commands) prepare(inner, world);
}

function report(error: unknown, world: World): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? done : misused; // it has said so itself
  if (error instanceof UsageError) {
    world.err(`${error.mistakes.join('\n')}\n`);
    return misused;
  }
  world.err(`${isExpected(error) ? error.message : stackOf(error)}\n`);
  return failed;
}

/** What the system, a missing package or an option says is for whoever runs the command; a stack is for us. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

function stackOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error);
}

function versionOf(): string {
  const load = createRequire(import.meta.url);
  return (load('holdfast/package.json') as { readonly version: string }).version;
}
