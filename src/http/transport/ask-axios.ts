import {
  type AxiosRequestConfig,
  type AxiosResponse,
  create,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios';
import type { PhaseLimits } from '../wire.js';
import type { Connections } from './connections.js';
import type { TransportSettings } from './transport-settings.js';

/** What axios is told in each request, and an adapter besides. */
export interface LegConfig extends AxiosRequestConfig {
  readonly phaseLimits?: PhaseLimits;
}

/** Has axios send a request; resolves to its answer, whatever the status. */
export type AskAxios = (config: LegConfig) => Promise<AxiosResponse<unknown>>;

/**
 * By axios's own adapter for Node, without what axios does around it: merging options that never change, and transforming what is bytes already, would
 * cost a good part of a request. Nothing is decompressed, since axios counts only what comes out, and takes what is cut short for whole.
 */
export function askByHttp({ proxy, lookup, family }: TransportSettings, agents: Connections): AskAxios {
  const adapter = getAdapter('http');
  const { httpAgent, httpsAgent } = agents;
  return ({ method, url, headers, data, signal, transport }) =>
    adapter({
      method,
      url,
      headers,
      data,
      signal,
      transport,
      httpAgent,
      httpsAgent,
      proxy,
      lookup,
      family,
      responseType: 'stream',
      maxRedirects: 0,
      maxContentLength: -1,
      maxBodyLength: -1,
      decompress: false,
    } as InternalAxiosRequestConfig); // written out: copying objects of options would cost more than all the rest of it
}

/** By another adapter, in all that it may expect of axios. */
export function askByAdapter({ adapter, proxy, lookup, family, decompress = true }: TransportSettings): AskAxios {
  const axios = create({
    ...{ ...(adapter && { adapter }), decompress, maxRedirects: 0 },
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
    ...(proxy !== undefined && { proxy }),
    ...(lookup !== undefined && { lookup }),
    ...(family !== undefined && { family }),
  });
  axios.defaults.headers.common = {}; // what the request does not name is not sent
  return (config) => axios.request(config);
}
