import { Agent } from 'undici';
import type { Answer, HttpSubject } from '../http-subject.js';

/** undici's own interface, without any protection but its timeouts. */
export const undici: HttpSubject = {
  name: 'undici',
  role: 'peer',
  does: [],
  open(origin) {
    const agent = new Agent({ keepAliveTimeout: 600_000 });
    return {
      async get(path) {
        const { statusCode, body } = await agent.request({ origin, path, method: 'GET' });
        const { answer } = (await body.json()) as Answer;
        if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
        return answer;
      },
      close: () => agent.destroy(),
    };
  },
};
