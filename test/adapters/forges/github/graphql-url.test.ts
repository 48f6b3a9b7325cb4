import { expect, it } from 'vitest'
import { graphqlUrlOf } from '../../../../src/adapters/forges/github/transport.ts'

// https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql
it.each([
  ['https://api.github.com', 'https://api.github.com/graphql'],
  ['https://api.github.com/', 'https://api.github.com/graphql'],
  ['https://github.acme.example/api/v3', 'https://github.acme.example/api/graphql'],
  ['https://api.acme.ghe.com', 'https://api.acme.ghe.com/graphql'],
])('GraphQL is beside the REST API: %s', (apiBaseUrl, url) => {
  expect(graphqlUrlOf(apiBaseUrl)).toBe(url)
})
