import { describe, expect, it } from 'vitest'
import { ERRORS, KedgeError, type ErrorCode } from '../../src/domain/errors.ts'
import { closedWords, keptPeople, starterWords } from '../../src/domain/people.ts'

describe('people of a pull request', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}`)

  it.each([
    ['all of them, up to fifty', { approvers: names(50) }, { approvers: names(50) }],
    [
      'the first fifty, and how many more there are',
      { approvers: names(52) },
      { approvers: names(50), unread: '2 more approvers are not kept' },
    ],
    ['who merged it', { approvers: [], mergedBy: 'cy\nd' }, { approvers: [], mergedBy: 'cy d' }],
    ['why not all are known', { approvers: [], unread: 'no right' }, { approvers: [], unread: 'no right' }],
  ])('are kept: %s', (_, people, kept) => {
    expect(keptPeople({ author: 'ada', ...people })).toEqual({ author: 'ada', ...kept })
  })

  it('are kept as one line each of a hundred characters, and the words for what is not known as one of three hundred', () => {
    const long = 'x'.repeat(400)
    const { author, approvers, mergedBy, unread } = keptPeople({ author: long, approvers: [long], mergedBy: long, unread: long })
    expect([author, ...approvers, mergedBy, unread].map((text) => text?.length)).toEqual([100, 100, 100, 300])
  })

  it('may not be read for these faults of a forge, and for no other', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[]
    expect(codes.filter((code) => closedWords(new KedgeError(code, 'its words')) === 'its words')).toEqual([
      'E_FORGE_FORBIDDEN',
      'E_FORGE_NOT_FOUND',
      'E_FORGE_REJECTED',
      'E_FORGE_UNSUPPORTED',
      'E_REPOSITORY_NOT_ALLOWED',
    ])
    expect([closedWords(new KedgeError('E_GIT_TIMEOUT', 'x')), closedWords(new Error('x')), closedWords(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

it.each([
  ['nobody where Argo CD does not say it', undefined, undefined],
  ['nobody where it names none', { automated: false }, undefined],
  ['nobody where the name is empty', { automated: false, username: ' ' }, undefined],
  ['the account', { automated: false, username: 'ada\n' }, 'ada'],
  ['automatic sync, whoever is named', { automated: true, username: 'ada' }, 'automatic sync'],
])('a sync was started by %s', (_, starter, words) => {
  expect(starterWords(starter)).toBe(words)
})
