import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Waiting } from '../../core/index.js';

/**
 * The connection of an answer, once the answers to earlier requests of a pipelined connection have left; rejects when nobody is left to wait
 * for.
 */
export async function turnOf(answer: ServerResponse, waiting: Waiting): Promise<Socket> {
  if (!answer.socket && !waiting.halt) await assigned(answer, waiting);
  if (answer.socket && !waiting.halt) return answer.socket;
  throw waiting.halt?.reason ?? new Error('the connection is closed');
}

function assigned(answer: ServerResponse, waiting: Waiting): Promise<void> {
  return new Promise((resolve) => {
    const leave = waiting.onHalt(() => resolve());
    answer.once('socket', () => {
      leave();
      resolve();
    });
  });
}
