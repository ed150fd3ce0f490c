#!/usr/bin/env node
import { outliveReaders } from './outputs.js';
import { run } from './run.js';

outliveReaders();
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
process.exit(); // a pipe that is still open would keep the process
