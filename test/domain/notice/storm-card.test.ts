import { describe, expect, it } from 'vitest'
import type { Card } from '../../../src/domain/notice/card.ts'
import type { StormMember } from '../../../src/domain/notice/storm-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../an-attempt.ts'
import { EVIDENCE } from '../an-evidence.ts'
import { member, over, stormCard } from './a-storm.ts'

const MINUTE = 60_000
const said = { by: 'ana', user: 'U1', channel: 'C1', at: AT }
const snoozed = (by: string, until: number, pullRequest: number | null = null): Partial<Release> => ({
  snooze: { ...said, by, until, pullRequest },
})
const pull = (number: number) =>
  aRevert({ key: `v-${number}`, pullRequest: { number, url: `https://github.com/acme/shop/pull/${number}` } })
const decided = (reason: string): Partial<Release> => ({ decision: { action: 'notify', reason, checks: [], at: AT } })
const field = (card: Card, name: string): string | undefined => card.fields.find(({ label }) => label === name)?.value
const WAYS = 'any change of the Rollout in Git or a sync of it, a rebuild of the cluster, or an image bot can bring the failed version back'
const RELEASE = 'Where the releases themselves are at fault: kedge storm release abcdef012345, and each is decided by itself.'

it('a card of a storm has what is to do, the cause, every Rollout and what the first one measured', () => {
  const attempts = [anAttempt({ seenAt: AT + MINUTE, evidence: [EVIDENCE, { ...EVIDENCE, metric: 'latency' }] })]
  const members = [member('a', { attempts, cluster: 'west' }), member('b'), over('c', 'restored', {}, pull(7))]
  expect(stormCard(members)).toEqual({
    key: 'k-a',
    tone: 'waiting',
    todo: 'Close #7',
    title: '3 Rollouts failed for one cause: success-rate is 0',
    gist: {
      title: '2 Rollouts failed for one cause: success-rate is 0',
      outcome:
        `No other revert PR is opened: the cause is hardly any of the releases. Mend it, then try them again. ${RELEASE}\n` +
        'PR #7 is not needed any more.',
    },
    fields: [
      { label: 'Cause', value: 'success-rate is 0' },
      { label: 'Rollouts', value: '2 failed, 1 restored' },
      { label: 'Cluster', value: 'west, east' },
      { label: 'Storm', value: 'abcdef012345' },
      { label: 'Exposed', value: `since 2026-12-01 12:00 UTC: ${WAYS}` },
    ],
    evidence: [
      'shop/a web:1.8.0: failed',
      'shop/b web:1.8.0: failed',
      'shop/c web:1.8.0: restored, PR #7',
      'success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)',
    ],
    outcome:
      `No other revert PR is opened: the cause is hardly any of the releases. Mend it, then try them again. ${RELEASE}\n` +
      'PR #7 is not needed any more.',
    links: [
      { text: 'PR #7', url: 'https://github.com/acme/shop/pull/7' },
      { text: 'Dashboard', url: 'https://grafana.example/d' },
    ],
    snooze: 'off',
  })
})

describe('the gist of a storm', () => {
  const many = (count: number, fields: Partial<Release> = {}) => Array.from({ length: count }, (_, at) => member(`m${at}`, fields))

  it('is another one when it has become twice as large, and not before', () => {
    const gists = [2, 3, 4, 7, 8, 15].map((count) => stormCard(many(count), { state: 'released' }).gist)
    expect(gists.map((gist) => gist?.title.slice(0, 11))).toEqual([2, 2, 4, 4, 8, 8].map((count) => `${count} Rollouts `))
    expect(gists[0]).toEqual(gists[1])
  })

  it('is the same while its releases end one after the other, and another one once all have', () => {
    const [a, b] = [member('a'), member('b')]
    const [first, then, last] = [
      [a, b],
      [over('a', 'superseded'), b],
      [over('a', 'superseded'), over('b', 'superseded')],
    ].map((members) => stormCard(members, { state: 'released' }).gist)
    expect(then).toEqual(first)
    expect(last).not.toEqual(first)
  })

  it('holds each thing that is to be said, whoever it is said of and in whatever order', () => {
    const [one, other] = [member('a', decided('One.')), member('b', decided('Another.'))]
    const gist = (...members: readonly StormMember[]) => stormCard(members, { state: 'released' }).gist
    expect(gist(one, other)?.outcome).toContain('One.')
    expect(gist(one, other)?.outcome).toContain('Another.')
    expect(gist(other, one)).toEqual(gist(one, other))
    expect(gist(one, { ...other, release: one.release })).not.toEqual(gist(one, other))
  })
})

it('of who has just joined and is not decided yet nothing is to be done', () => {
  const known = member('b', decided('The mode is notify.'))
  const todo = (...members: readonly StormMember[]) => stormCard(members, { state: 'released' }).todo
  expect(todo(member('a'), known)).toBe(todo(known))
  expect(todo(member('a'))).not.toBe(todo(known))
})

it('each PR is linked once, and three at most', () => {
  const members = [7, 7, 8, 9, 10].map((number, at) => member(`r${at}`, {}, { revert: pull(number) }))
  expect(stormCard([...members, member('x')]).links.map(({ text }) => text)).toEqual(['PR #7', 'PR #8', 'PR #9', 'Dashboard'])
})

describe('who handles a storm', () => {
  it('is everybody who is on any of its open releases, each once', () => {
    const on = (letter: string, by: string) => member(letter, { onIt: { ...said, by } })
    expect(field(stormCard([on('a', 'ana'), member('b'), on('c', 'bo'), on('d', 'ana')]), 'On it')).toBe('ana, bo')
    expect(field(stormCard(['ana', 'bo', 'cy', 'di'].map((by) => on(by, by))), 'On it')).toBe('ana, bo, cy, di')
    expect(field(stormCard(['ana', 'bo', 'cy', 'di', 'ed'].map((by) => on(by, by))), 'On it')).toBe('ana, bo, cy and 2 more')
    expect(field(stormCard([member('a'), over('b', 'gone', { onIt: said })]), 'On it')).toBeUndefined()
  })

  it('calls nobody until the first snooze of its open releases is over, and only where each has one', () => {
    const [long, short] = [member('a', snoozed('ana', AT + 60 * MINUTE)), member('b', snoozed('linus', AT + 30 * MINUTE))]
    const both = stormCard([long, short, over('c', 'gone')])
    expect([field(both, 'Snoozed'), both.snooze]).toEqual(['until 12:30 UTC, by linus', 'on'])
    const opened = member('b', snoozed('linus', AT + 30 * MINUTE), { revert: pull(7) })
    for (const other of [member('b'), member('b', snoozed('linus', AT)), opened]) {
      const one = stormCard([long, other])
      expect([field(one, 'Snoozed'), one.snooze]).toEqual([undefined, 'off'])
    }
  })

  it('is nobody once it is over', () => {
    const card = stormCard([over('a', 'gone', { onIt: said, ...snoozed('ana', AT + MINUTE) })])
    expect([card.fields.map(({ label }) => label), 'snooze' in card]).toEqual([['Cause', 'Rollouts', 'Cluster', 'Storm'], false])
  })
})

it('a storm is exposed since the first of its releases that Git still asks for, and no more once there is none', () => {
  const since = (letter: string, seenAt: number, more: Partial<Release> = {}) =>
    member(letter, { attempts: [anAttempt({ seenAt })], ...more })
  const members = [since('a', AT, { serving: 'stuck' }), since('b', AT + 2 * MINUTE), since('c', AT + MINUTE), since('d', AT + 3 * MINUTE)]
  expect(field(stormCard(members), 'Exposed')).toBe(`since 2026-12-01 12:01 UTC: ${WAYS}`)
  expect(field(stormCard([since('a', AT, { serving: 'stuck' })]), 'Exposed')).toBeUndefined()
})

describe('the title of a storm', () => {
  it.each<[string, readonly StormMember[], readonly string[]]>([
    ['2 Rollouts failed for one cause: success-rate is 0', [member('a'), over('b', 'gone')], []],
    ['2 Rollouts failed for one cause; all of it is over', [over('a', 'gone'), over('b', 'gone')], []],
    ['2 Rollouts failed for one cause; none of the releases is open any more', [over('a', 'gone'), over('b', 'gone')], ['v']],
  ])('%s', (title, members, live) => {
    expect(stormCard(members, {}, { live }).title).toBe(title)
  })
})

it('how many of a storm stand how is counted, and nothing of none', () => {
  const of = (members: readonly StormMember[]) => field(stormCard(members), 'Rollouts')
  const rolling = member('d', { state: 'rolling', serving: 'aborting' })
  const all = [
    ...['a', 'b', 'c'].map((letter) => member(letter)),
    ...['e', 'f'].map((letter) => member(letter, { serving: 'aborting' })),
    rolling,
    over('g', 'restored'),
    over('h', 'promoted'),
    over('i', 'promoted'),
    over('j', 'superseded'),
    over('k', 'gone'),
    over('l', 'gone'),
  ]
  expect(of(all)).toBe('5 failed, 2 not proven to be back, 1 being tried again, 1 restored, 2 made it after all, 3 superseded or gone')
  expect(of([rolling])).toBe('1 being tried again')
})

describe('the mark of a storm', () => {
  it.each<[Card['tone'], string, readonly StormMember[], Storm['state']]>([
    ['good', 'all are restored, or made it', [over('a', 'restored'), over('b', 'promoted')], 'over'],
    ['info', 'one of them is gone', [over('a', 'restored'), over('b', 'gone')], 'passed'],
    ['waiting', 'the cause has passed', [member('a'), over('b', 'gone')], 'passed'],
    ['waiting', 'a revert of theirs is open', [member('a'), member('b', {}, { revert: pull(7) })], 'holding'],
    ['bad', 'one is open, and the others are restored', [over('a', 'restored'), member('b')], 'holding'],
    ['bad', 'a revert has ended', [member('a', {}, { revert: { ...pull(7), state: 'ended' } })], 'holding'],
  ])('is %s where %s', (tone, _, members, state) => {
    expect(stormCard(members, { state }).tone).toBe(tone)
  })
})

describe('the lines of a storm', () => {
  const lines = (...members: readonly StormMember[]) => stormCard(members).evidence
  const words = (fields: Partial<Release>): string | undefined => lines(member('a', fields))[0]?.split(': ')[1]
  const byHand: NonNullable<Release['wish']> = { state: 'undone', revisions: [], podTemplateHash: null, images: [] }

  it.each<[string, Partial<Release>]>([
    ['being tried again', { state: 'rolling', serving: 'aborting' }],
    ['made it after all', { state: 'ended', outcome: 'promoted', serving: 'aborting' }],
    ['superseded', { state: 'ended', outcome: 'superseded', serving: 'stuck' }],
    ['failed, and it is not proven yet that the version before serves', { serving: 'aborting' }],
    ['stuck, and not aborted', { serving: 'stuck' }],
    ['failed, and there is no version before it', { serving: 'first-deploy-failed' }],
    ['failed; the version before is back by hand', { serving: 'undone', wish: byHand }],
    ['failed; another version runs by hand', { serving: 'undone', instead: { podTemplateHash: 'x', images: [] } }],
    ['brought by hand, and failed', { wish: byHand }],
    ['failed', {}],
  ])('say of a release: %s', (state, fields) => {
    expect(words(fields)).toBe(state)
  })

  it('begin with those that wait for somebody, and with what is not as one would think', () => {
    const members = [
      over('e', 'gone', { serving: 'stuck' }),
      member('c', { state: 'rolling', serving: 'rolling' }),
      member('d', { state: 'rolling' }),
      member('b'),
      member('a', { serving: 'stuck' }),
    ]
    expect(lines(...members).map((line) => line.slice(5, 6))).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('are all that there is where nothing was measured', () => {
    expect(lines(member('a', { attempts: [] }))).toEqual(['shop/a web:1.8.0: failed'])
  })

  it('name eight, and count the others', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => member(`r${at}`))
    expect(lines(...many(8))).toHaveLength(8)
    expect(lines(...many(10)).slice(7)).toEqual(['shop/r7 web:1.8.0: failed', 'and 2 more'])
  })

  it('name the PR that is open, else that of a person', () => {
    const decision = { action: 'notify', reason: '', checks: [], at: AT, theirs: { number: 9, url: '' } }
    const ended = { ...pull(7), state: 'ended' as const }
    expect(lines(member('a', { decision }, { revert: pull(7) }))).toEqual(['shop/a web:1.8.0: failed, PR #7'])
    expect(lines(member('a', { decision }, { revert: ended }))).toEqual(['shop/a web:1.8.0: failed, PR #9'])
    expect(lines(member('a', {}, { revert: ended }))).toEqual(['shop/a web:1.8.0: failed'])
  })

  it('name the cluster of those alone that are called the same in another one', () => {
    const members = [
      member('a'),
      member('a', { cluster: 'west' }),
      member('b'),
      member('c', { cluster: 'west' }),
      member('b', { cluster: 'west', namespace: 'pay' }),
      member('c', { uid: 'other', cluster: 'west' }),
    ]
    expect(lines(...members).map((line) => line.replace(/ web:.*/, ''))).toEqual([
      'shop/a (east)',
      'shop/a (west)',
      'shop/b',
      'shop/c',
      'pay/b',
      'shop/c',
    ])
  })
})
