import { describe, expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import { readSign } from '../../../src/reconcile/quarantine/brings.ts'
import { aHistory, aReader, ofWeb, running, type Files } from '../a-history.ts'

const GONE = asCommitSha('9'.repeat(40)) as CommitSha
const MIB = 1024 * 1024
/** A text of this many bytes. */
const large = (bytes: number): string => '#'.repeat(bytes)
const many = (count: number): Files => Object.fromEntries(Array.from({ length: count }, (_, at) => [`apps/web/f${at}.yaml`, `a: ${at}\n`]))

interface Given {
  before?: Files
  after?: Files
  /** What stood at N and at N+1. */
  good?: Files
  failed?: Files
  quarantine?: Partial<Quarantine>
}

/** What a change does with `web:v2`, where nobody renders; and what Git was asked. */
async function signOf({ before = running('v1'), after = running('v2'), good = running('v1'), failed = running('v2'), quarantine }: Given) {
  const { repository, commit, asked } = aHistory()
  const [served, culprit] = [commit(good), commit(failed)]
  const [then, now] = [commit(before), commit(after)]
  const one = ofWeb(served, culprit, { paths: Object.keys(failed), ...quarantine })
  return { sign: await readSign(aReader(repository), one, { before: then, after: now }), asked }
}

describe('by the lines that name its image, a change', () => {
  it.each<{ what: string; given: Given; sign: 'brings' | 'removes' | undefined }>([
    { what: 'brings it back', given: {}, sign: 'brings' },
    { what: 'removes it', given: { before: running('v2'), after: running('v1') }, sign: 'removes' },
    { what: 'does nothing of it by another version', given: { after: running('v3') }, sign: undefined },
    {
      what: 'does nothing of it that leaves it there',
      given: { before: running('v2'), after: running('v2', { 'apps/web/a.yaml': 'a: 1' }) },
      sign: undefined,
    },
    {
      what: 'does nothing of it elsewhere',
      given: { after: running('v1', { 'other/rollout.yaml': 'image: registry.example/web:v2' }) },
      sign: undefined,
    },
    { what: 'brings it back in 200 files', given: { after: running('v2', many(199)) }, sign: 'brings' },
    { what: 'is not looked at in more', given: { after: running('v2', many(200)) }, sign: undefined },
    {
      what: 'brings it back in a file of a MiB',
      given: { after: { 'apps/web/a.yaml': `image: registry.example/web:v2\n${large(MIB - 31)}` } },
      sign: 'brings',
    },
    {
      what: 'is not looked at in a larger one',
      given: { after: { 'apps/web/a.yaml': `image: registry.example/web:v2\n${large(MIB - 30)}` } },
      sign: undefined,
    },
    { what: 'brings it back where its commits are gone', given: { quarantine: { culprit: GONE } }, sign: 'brings' },
    { what: 'brings it back where they are not known', given: { quarantine: { culprit: null, good: null } }, sign: 'brings' },
  ])('$what', async ({ given, sign }) => {
    expect((await signOf(given)).sign).toBe(sign)
  })
})

/** `count` files of a MiB each. */
const heavy = (count: number): Files => Object.fromEntries(Object.keys(many(count)).map((path) => [path, large(MIB)]))

describe('of files that are too much together, nothing is said', () => {
  const four = heavy(4)
  const image = 'image: registry.example/web:v2\n'
  const empty = Object.fromEntries(['g1', 'g2', 'g3', 'g4'].map((name) => [`apps/web/${name}.yaml`, '']))
  const nine = { ...heavy(3), 'apps/web/f9.yaml': `${image}${large(MIB - image.length)}`, ...empty, 'apps/web/z.yaml': 'z' }
  it.each<{ what: string; given: Given; sign: 'brings' | undefined }>([
    {
      what: 'four MiB are read',
      given: { after: { ...heavy(3), ...running('v2'), 'apps/web/z.yaml': large(MIB - running('v2')['apps/web/rollout.yaml']!.length) } },
      sign: 'brings',
    },
    { what: 'after the change', given: { after: { ...four, ...running('v2') } }, sign: undefined },
    { what: 'after the change, in the ninth file', given: { after: nine }, sign: undefined },
    { what: 'before the change', given: { before: { ...four, ...running('v1') } }, sign: undefined },
    { what: 'at the commit that failed', given: { failed: { ...four, ...running('v2') } }, sign: undefined },
    {
      what: 'at the commit of the version before',
      given: { good: { ...four, ...running('v1') }, quarantine: { paths: [...Object.keys(four), 'apps/web/rollout.yaml'] } },
      sign: undefined,
    },
  ])('$what', async ({ given, sign }) => {
    expect((await signOf(given)).sign).toBe(sign)
  })

  it('eight files are read at a time, and none where none is left', async () => {
    const { asked } = await signOf({ after: running('v2', many(15)), quarantine: { paths: [] } })
    // At both commits of the change; and all of them once more, for what else the release had changed.
    const each = [
      ['readFiles', 8],
      ['readFiles', 8],
    ] as const
    const read = asked.filter(([what, count]) => what === 'readFiles' && count !== 1)
    expect(read.slice(-8)).toEqual([...each, ...each, ...each, ...each])
    expect(asked.filter(([what, count]) => what === 'readFiles' && count === 0)).toEqual([])
  })
})

/** A tag alone, in two files. */
const tags = (a: string, b: string, more: Files = {}): Files => ({
  'apps/web/a.yaml': `web:\n  tag: ${a}\n`,
  'apps/web/b.yaml': `job:\n  tag: ${b}\n`,
  ...more,
})

describe('by a tag alone, a change', () => {
  const of = (before: Files, after: Files, more: Partial<Given> = {}): Given => ({
    good: tags('v1', 'v1'),
    failed: tags('v2', 'v2'),
    before,
    after,
    ...more,
  })
  const grown = heavy(4)
  const all = { paths: [...Object.keys(tags('', '')), ...Object.keys(grown)] }

  it.each<{ what: string; given: Given; sign: 'brings' | 'removes' | undefined }>([
    { what: 'brings it back in all files of the release', given: of(tags('v1', 'v1'), tags('v2', 'v2')), sign: 'brings' },
    { what: 'brings it back in one where the other has it', given: of(tags('v1', 'v2'), tags('v2', 'v2')), sign: 'brings' },
    { what: 'may mean another image in one alone', given: of(tags('v1', 'v1'), tags('v2', 'v1')), sign: undefined },
    {
      what: 'means nothing where it stands in another place in full no more',
      given: of(tags('v2', 'v1', running('v2')), tags('v2', 'v2', running('v1'))),
      sign: undefined,
    },
    { what: 'removes it from one', given: of(tags('v2', 'v2'), tags('v2', 'v1')), sign: 'removes' },
    {
      what: 'means nothing where its commit is gone',
      given: of(tags('v1', 'v1'), tags('v2', 'v2'), { quarantine: { culprit: GONE } }),
      sign: undefined,
    },
    {
      what: 'means nothing where that of the version before is',
      given: of(tags('v1', 'v1'), tags('v2', 'v2'), { quarantine: { good: GONE } }),
      sign: undefined,
    },
    {
      what: 'means nothing where its commit is not known',
      given: of(tags('v1', 'v1'), tags('v2', 'v2'), { quarantine: { culprit: null } }),
      sign: undefined,
    },
    {
      what: 'means nothing where that of the version before is not',
      given: of(tags('v1', 'v1'), tags('v2', 'v2'), { quarantine: { good: null } }),
      sign: undefined,
    },
    {
      what: 'means nothing where the release’s files are too much by now',
      given: of(tags('v1', 'v1', grown), tags('v2', 'v2', grown), { quarantine: all }),
      sign: undefined,
    },
    {
      what: 'means nothing where they were too much before',
      given: of(tags('v1', 'v1', { ...heavy(3), 'apps/web/z.yaml': large(MIB) }), tags('v2', 'v2', heavy(3)), {
        quarantine: { paths: [...Object.keys(tags('', '')), ...Object.keys(heavy(3))] },
      }),
      sign: undefined,
    },
  ])('$what', async ({ given, sign }) => {
    expect((await signOf(given)).sign).toBe(sign)
  })
})

describe('where the template alone failed, by its files a change', () => {
  const [good, failed] = [tags('v1', 'v1'), tags('v2', 'v2')]
  const more = (files: Files): Files => ({ ...files, 'apps/web/c.yaml': 'c: 1' })

  it.each<{ what: string; before: Files; after: Files; quarantine?: Partial<Quarantine>; sign: 'brings' | 'removes' | undefined }>([
    { what: 'brings it back', before: good, after: failed, sign: 'brings' },
    { what: 'removes it', before: failed, after: good, sign: 'removes' },
    { what: 'removes a part of it', before: failed, after: tags('v2', 'v1'), sign: 'removes' },
    { what: 'leaves it there', before: failed, after: more(failed), sign: undefined },
    { what: 'brings back a part of it', before: good, after: tags('v2', 'v1'), sign: undefined },
    { what: 'brings it back from what was neither', before: tags('v1', 'v3'), after: failed, sign: undefined },
    { what: 'brings something else', before: good, after: more(good), sign: undefined },
    { what: 'is not known by a commit that is gone', before: good, after: failed, quarantine: { culprit: GONE }, sign: undefined },
    {
      what: 'is not known where that of the version before is gone',
      before: good,
      after: failed,
      quarantine: { good: GONE },
      sign: undefined,
    },
    { what: 'is not known by no commit', before: good, after: failed, quarantine: { culprit: null }, sign: undefined },
    { what: 'is not known by no commit of the version before', before: good, after: failed, quarantine: { good: null }, sign: undefined },
  ])('$what', async ({ before, after, quarantine, sign }) => {
    expect((await signOf({ good, failed, before, after, quarantine: { images: [], ...quarantine } })).sign).toBe(sign)
  })

  it('is not asked about where it changed no file', async () => {
    const { sign, asked } = await signOf({ quarantine: { images: [], paths: [] } })
    expect([sign, asked.filter(([what, count]) => what === 'objectNames' && count === 0)]).toEqual([undefined, []])
  })
})
