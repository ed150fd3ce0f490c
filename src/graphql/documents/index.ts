export { type ChosenOperation, chooseOperation } from './chosen-operation.js';
export { Documents } from './documents.js';
export type { GraphQLDocument } from './graphql-document.js';
export { checkVariables, type GivenVariables } from './variables.js';
