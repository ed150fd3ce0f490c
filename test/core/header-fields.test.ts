import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';
import { headerField } from '../../src/core/header-fields.js';

describe('a header field', () => {
  it.each<[string, unknown, string | undefined]>([
    ['of a Headers', new Headers({ 'X-Limit': '5' }), '5'],
    [
      'of a Headers that has it twice',
      new Headers([
        ['x-limit', '5'],
        ['X-Limit', '6'],
      ]),
      '5, 6',
    ],
    ['of a Headers that has it not', new Headers(), undefined],
    ["of axios's headers", new AxiosHeaders({ 'X-Limit': '5' }), '5'],
    ["of axios's headers that have several", new AxiosHeaders({ 'X-LIMIT': ['5', '6'] }), '5, 6'],
    ["of axios's headers that have it not", new AxiosHeaders(), undefined],
    ['of a plain object', { 'x-limit': '5' }, '5'],
    ['of a plain object in another case', { 'X-LIMIT': '5' }, '5'],
    ['of a plain object that has it as a number', { 'x-limit': 5 }, '5'],
    ['of a plain object that has several', { 'X-Limit': ['5', 6] }, '5, 6'],
    ['of a plain object that has a list of one', { 'x-limit': ['5'] }, '5'],
    ['of a plain object that has something else', { 'x-limit': { value: 5 } }, undefined],
    ['of a plain object that has a list of something else', { 'x-limit': ['5', null] }, undefined],
    ['of a plain object that has it not', { 'x-limits': '5' }, undefined],
    ['of a plain object that has a field named get', { get: '1', 'X-Limit': '5' }, '5'],
    ['of a Map', new Map([['x-limit', '5']]), '5'],
    ['of nothing', undefined, undefined],
    ['of null', null, undefined],
    ['of a text', 'x-limit: 5', undefined],
  ])('%s', (_of, headers, value) => {
    expect(headerField(headers, 'x-limit')).toBe(value);
  });
});
