import type { AxiosInstance } from 'axios';
import type { Answer, Get, HttpSubject, Patience } from '../http-subject.js';
import { axiosFor } from './bare-axios.js';

/** Sends a request; a signal ends it. */
export type Send = (path: string, signal?: AbortSignal) => Promise<number>;

/** Axios with something around it: `protect` gets what sends a request, and the instance for those who hook into that. */
export function axiosWith(
  subject: Omit<HttpSubject, 'open'>,
  protect: (send: Send, patience: Patience, axios: AxiosInstance) => Get,
): HttpSubject {
  return {
    ...subject,
    open(origin, patience) {
      const { axios, close } = axiosFor(origin);
      const send: Send = async (path, signal) => (await axios.get<Answer>(path, signal && { signal })).data.answer;
      return { get: protect(send, patience, axios), close };
    },
  };
}
