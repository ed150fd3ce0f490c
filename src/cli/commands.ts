import type { Command } from 'commander';
import type { World } from './world.js';

/** A command of `holdfast`; what it needs is loaded when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly about: string;
  load(world: World): Promise<Command>;
}

/** All commands. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'fault-server',
    about: 'a server that answers, and fails on command',
    async load(world) {
      const { faultServerCommand } = await import('./fault-server/command.js');
      return faultServerCommand(world);
    },
  },
];
