/** What `/graphql` knows: enough to try a client with data, pages, mutations, and every way in which a field can fail. */
export const schemaText = `
  type Query {
    "A greeting, after a delay in milliseconds."
    hello(name: String! = "world", delay: Int! = 0): String!
    "A message that was created; null when there is none of this id."
    message(id: ID!, delay: Int! = 0): Message
    item(id: ID!): Item
    "At most 50 at once."
    items(first: Int! = 10, after: String): ItemConnection!
    "Fails, and is null."
    fail(code: String! = "INTERNAL_SERVER_ERROR", message: String! = "failed on command"): String
    "Fails and cannot be null: there is no data at all."
    failAll(code: String! = "INTERNAL_SERVER_ERROR", message: String! = "failed on command"): String!
    "Fails in part."
    shaky: Shaky
  }
  type Mutation {
    "Creates a message, after a delay in milliseconds."
    createMessage(text: String!, delay: Int! = 0): Message!
    "Creates a message, and fails all the same."
    createMessageAndFail(text: String!, code: String! = "INTERNAL_SERVER_ERROR"): Message
  }
  type Message { id: ID! text: String! at: String! }
  type Item { id: ID! name: String! }
  type ItemConnection { totalCount: Int! edges: [ItemEdge!]! nodes: [Item!]! pageInfo: PageInfo! }
  type ItemEdge { cursor: String! node: Item! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Shaky {
    good: String!
    "Fails, and is null."
    bad(code: String! = "INTERNAL_SERVER_ERROR"): String
    "Fails and cannot be null: what it belongs to is null."
    broken(code: String! = "INTERNAL_SERVER_ERROR"): String!
  }
`;
