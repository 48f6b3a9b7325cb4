import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { StormMember } from '../../../src/domain/notice/storm-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { aRevert } from '../../contract/ledger-documents.ts'
import { AT } from '../an-attempt.ts'
import { aStorm, member, over, stormCard } from './a-storm.ts'

const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(40) as CommitSha) as [CommitSha, CommitSha, CommitSha]
const pull = (number: number, fields: Partial<Revert> = {}) =>
  aRevert({ key: `v-${number}`, pullRequest: { number, url: `https://github.com/acme/shop/pull/${number}` }, ...fields })
const open = { revert: pull(7) }
const planned = { revert: pull(7, { state: 'planned', pullRequest: null }) }
const declined = { revert: pull(7, { state: 'ended', outcome: 'declined' }) }
const held = { revert: pull(7, { state: 'ended', outcome: 'held' }) }
const decided = (reason: string): Partial<Release> => ({ decision: { action: 'notify', reason, checks: [], at: AT } })
const byOneCommit: Partial<Storm> = { cause: { ...aStorm().cause, kind: 'commit' } }

const RELEASE = 'Where the releases themselves are at fault: kedge storm release abcdef012345, and each is decided by itself.'
const HELD = `No revert PR is opened: the cause is hardly any of the releases. Mend it, then try them again. ${RELEASE}`
const NO_OTHER = HELD.replace('No revert', 'No other revert')
const MERGE = 'PR #7 reverts it, with proof. Look at it and merge it: until then the failed version can come back.'
const DECLINED = 'PR #7 was closed by somebody: declined. Kedge will not open it again. Git still asks for the failed version.'

const told = (members: readonly StormMember[], storm: Partial<Storm> = {}): readonly [string | undefined, string] => {
  const { todo, outcome } = stormCard(members, storm)
  return [todo, outcome]
}

describe('while all are held', () => {
  it('the cause is to be mended, and the releases to be tried again', () => {
    expect(told([member('a'), member('b', {}, held)])).toEqual(['Mend the cause, then try them again', HELD])
  })

  it('they are to be tried again once it has passed', () => {
    expect(told([member('a'), member('b')], { state: 'passed' })).toEqual([
      'Try them again',
      `The cause has passed, and proves nothing against what was released: try them again. ${RELEASE}`,
    ])
  })

  it.each<[string, string, readonly StormMember[]]>([
    ['Merge #7', MERGE, [member('a'), member('b', {}, open)]],
    ['Wait', 'A revert PR is being opened.', [member('a'), member('b', {}, planned)]],
    ['Wait', DECLINED, [member('a', {}), member('b', {}, declined)]],
    ['Close #7', 'PR #7 is not needed any more.', [member('a'), over('b', 'promoted', {}, pull(7))]],
  ])('a revert of theirs comes first: %s', (todo, own, members) => {
    expect(told(members)).toEqual([todo, `${NO_OTHER}\n${own}`])
  })

  it('one that is over as its release is no news', () => {
    expect(told([member('a'), over('b', 'gone', {}, pull(7, { state: 'ended', outcome: 'gone' }))])[1]).toBe(HELD)
  })

  it('what is to do about an open revert comes before the word of one that has ended', () => {
    const [todo, outcome] = told([member('a', {}, declined), member('b', {}, { revert: pull(8) })])
    expect([todo, outcome.split('\n').slice(1)]).toEqual(['Merge #8', [`shop/a: ${DECLINED}`, `shop/b: ${MERGE.replace('#7', '#8')}`]])
  })

  it('an open PR that is taken back is no news, and one that is planned, or the best that there is, is', () => {
    const three = (more: Partial<StormMember>, second: CommitSha): readonly StormMember[] => [
      member('a', { revision: ONE }, more),
      member('b', { revision: second }),
      member('c', { revision: THREE }),
    ]
    expect(told(three(open, TWO))).toEqual(['Mend the cause, then try them again', HELD])
    expect(told(three(planned, TWO))).toEqual(['Wait', `${NO_OTHER}\nA revert PR is being opened.`])
    expect(told(three(open, ONE))[0]).toBe('Merge #7')
  })
})

describe('where one commit brought all', () => {
  const AFTER = 'What it brought to other files comes after that: kedge storm release abcdef012345 decides on each by itself now.'
  it.each<[string, string, readonly StormMember[]]>([
    [
      'its revert is told, and what comes after it',
      `One commit brought all of them. ${MERGE}\n${AFTER}`,
      [member('a', {}, open), member('b')],
    ],
    [
      'its revert alone is told where that is of every open release',
      `One commit brought all of them. ${MERGE}`,
      [member('a', {}, open), over('b', 'gone')],
    ],
    ['the decisions are told until it has one', 'why', [member('a'), member('b', decided('why'))]],
  ])('%s', (_, outcome, members) => {
    expect(told(members, byOneCommit)[1]).toBe(outcome)
  })
})

describe('once nothing is held', () => {
  const free: Partial<Storm> = { state: 'released' }

  it('what is to do is that of the first that is open', () => {
    expect(told([over('a', 'gone'), member('b', { serving: 'stuck' }), member('c')], free)[0]).toBe('Abort it or fix forward')
  })

  it('what was decided is told once for all of which it is the same, and who is not decided yet is no news', () => {
    const all = [member('a', decided('one')), member('b', decided('two')), member('c', decided('one')), member('d')]
    expect(told(all, free)[1]).toBe('shop/a, shop/c: one\nshop/b: two')
    expect(told([member('a', decided('one')), member('b', decided('one')), member('d')], free)[1]).toBe('one')
    expect(told([member('a'), member('b', {}, planned)], free)[1]).toBe('A revert PR is being opened.')
  })

  it('the first one speaks for all while nothing is decided', () => {
    expect(told([member('a'), over('b', 'gone')], free)[1]).toBe('Nothing was decided yet.')
  })

  it('what keeps a PR from being opened is told', () => {
    expect(told([member('a', {}, { ...planned, trouble: 'E_FORGE_REJECTED' })], free)[1]).toBe(
      'A revert PR is being opened. So far it failed: E_FORGE_REJECTED',
    )
  })

  it('four are named, and of more than that three', () => {
    const first = (count: number) => {
      const same = Array.from({ length: count }, (_, at) => member(`r${at}`, decided('one')))
      return told([...same, member('x', decided('two'))], free)[1].split('\n')[0]
    }
    expect([first(4), first(5)]).toEqual(['shop/r0, shop/r1, shop/r2, shop/r3: one', 'shop/r0, shop/r1, shop/r2 and 2 more: one'])
  })

  it('twenty sentences are told, and the others counted', () => {
    const lines = (count: number) =>
      told(
        Array.from({ length: count }, (_, at) => member(`r${at}`, decided(`why ${at}`))),
        free,
      )[1].split('\n')
    expect([lines(20).length, lines(20).at(-1)]).toEqual([20, 'shop/r19: why 19'])
    expect([lines(22).length, lines(22).at(-1)]).toEqual([21, 'and 2 more: kedge explain says it of each.'])
  })
})

it('once all are over there is nothing to do, but for a PR that is left', () => {
  expect(told([over('a', 'gone'), over('b', 'restored')])).toEqual(['Nothing to do', 'None of its releases is open any more.'])
  expect(told([over('a', 'gone'), over('b', 'restored', {}, pull(7))])).toEqual([
    'Close #7',
    'None of its releases is open any more.\nPR #7 is not needed any more.',
  ])
})
