import type { Events } from '../../core/index.js';
import { type LinesOf, whole } from './line.js';

/** How the events of the HTTP clients read: all for those who debug, as there are as many of them as requests, in an outage above all. */
export const httpLines: LinesOf<'http'> = {
  'http.requested': {
    usual: 'debug',
    tell(event, _, clean) {
      const about = request(event, clean);
      const again = about.attempt > 1 ? `, attempt ${about.attempt}` : '';
      return [`${about.endpoint} of ${about.service} is requested${again}`, about];
    },
  },
  'http.answered': {
    usual: 'debug',
    tell(event, _, clean) {
      const about = request(event, clean);
      const { status, duration } = event;
      const sentence = `was answered with ${status} after ${whole(duration)} ms`;
      return [`${about.endpoint} of ${about.service} ${sentence}`, { ...about, status, duration }];
    },
  },
  'http.failed': {
    usual: 'debug',
    tell(event, failure, clean) {
      const about = request(event, clean);
      const { error, cancelled, duration } = event;
      const sentence = `was ${cancelled ? 'given up' : 'not answered, and is over'} after ${whole(duration)} ms`;
      return [`${about.endpoint} of ${about.service} ${sentence}`, { ...about, duration, error: failure(error) }];
    },
  },
};

/** Which request it is. A secret that the client does not know for one may be part of a path, and hence of the name of an endpoint. */
function request(event: Events['http.requested'], clean: (text: string) => string) {
  const { site, service, method, requestId, attempt } = event;
  return { site, service, method, endpoint: clean(event.endpoint), url: clean(event.url), requestId, attempt };
}
