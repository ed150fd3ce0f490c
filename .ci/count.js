import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Prints how many tests passed, failed and were skipped, from the JSON reports in the folder that is given.
const folder = process.argv[2] ?? '.';
const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const sum = (...fields) => reports.reduce((total, report) => fields.reduce((n, field) => n + report[field], total), 0);

console.log(sum('numPassedTests'), sum('numFailedTests'), sum('numPendingTests', 'numTodoTests'));
