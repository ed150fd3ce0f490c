import type { Question, Subject } from './question.js';

const patience = 10_000;

/** Shows of every subject that it does what it is measured for, so that nobody is measured doing nothing. */
export async function prove(question: Question): Promise<void> {
  await Promise.all(question.subjects.map((subject) => proveOne(question, subject)));
}

function proveOne(question: Question, subject: Subject): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      clearTimeout(timer);
      reject(new Error(`${question.id}: ${subject.name} does not do what it is measured for`, { cause }));
    };
    const timer = setTimeout(fail, patience, new Error(`its proof took longer than ${patience} ms`));
    question
      .prove((fn) => subject.protect(fn, question.proved ?? 0))
      .then(() => {
        clearTimeout(timer);
        resolve();
      }, fail);
  });
}
