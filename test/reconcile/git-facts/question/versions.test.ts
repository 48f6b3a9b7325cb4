import { describe, expect, it } from 'vitest'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { readVersions } from '../../../../src/reconcile/git-facts/question/versions.ts'
import { kept, live, template } from '../../../domain/rollout/templates.ts'
import { outcome } from '../outcome.ts'
import {
  aQuestion,
  DEEP,
  GOOD,
  rendered,
  REVISION,
  rewritten,
  rolloutOf,
  unknown,
  UNKNOWN,
  WEB_1,
  WEB_2,
  type Told,
} from './two-versions.ts'

describe('the two versions, as they are rendered and as they run', () => {
  const read = (told: Told = {}) => outcome(readVersions(aQuestion(told).asking, { revision: REVISION, good: GOOD }))

  it('are told where each commit renders what runs; each is asked with the chart that was applied with it', async () => {
    const [n, next] = [live(kept(WEB_1)), live(kept(WEB_2))]
    const { asking, asked } = aQuestion({ n, next })
    const versions = await readVersions(asking, { revision: REVISION, good: GOOD })
    expect(versions).toEqual({
      by: 'rendering',
      failed: { rollout: rolloutOf(WEB_2), rendered: expect.any(Sealed), live: next },
      before: { rollout: rolloutOf(WEB_1), rendered: expect.any(Sealed), live: n },
    })
    const opened = (of: 'failed' | 'before'): unknown => versions.by === 'rendering' && versions[of].rendered.open()
    expect([opened('failed'), opened('before')]).toEqual([template(WEB_2), template(WEB_1)])
    expect(asked).toEqual(['b 2.0.0', 'a 1.0.0'])
  })

  it('are asked with what was applied last, where what was applied before is not known', async () => {
    const { asking, asked } = aQuestion()
    await readVersions({ ...asking, release: { ...asking.release, goodApplied: null } }, { revision: REVISION, good: GOOD })
    expect(asked).toEqual(['b 2.0.0', 'a 2.0.0'])
  })

  it('are told where something rewrites both alike on the way in, and not where it rewrites one', async () => {
    expect(await read({ n: rewritten(WEB_1), next: rewritten(WEB_2) })).toMatchObject({ by: 'rendering' })
    expect(await read({ n: rewritten(WEB_1) })).toEqual([
      'P6',
      'aaaaaaaaaaaa “web a” renders something else than the version before runs, in spec.containers[main].tty.',
      UNKNOWN,
    ])
  })

  it.each<[string, Told, string]>([
    ['the ReplicaSet of N+1 is not in view', { question: { failing: undefined } }, 'The ReplicaSet of N+1 is gone.'],
    ['that of N is not', { question: { stable: undefined } }, 'The ReplicaSet of the version before is gone.'],
    ['that of N+1 is gone', { next: null }, 'The ReplicaSet of N+1 is gone.'],
    ['Kedge may not see what runs', { n: 'forbidden' }, 'Kedge may not get ReplicaSets, so what runs is not known.'],
    ['this renderer cannot tell N+1', { at: { b: unknown('unsupported') } }, 'Why unsupported.'],
    ['it cannot tell N', { at: { a: unknown('too-large') } }, 'Why too-large.'],
    [
      'N+1 is too large to be compared',
      { at: { b: rendered({ ...WEB_2, ...DEEP }) }, next: live(kept({ ...WEB_2, ...DEEP })) },
      'The template is too large to be compared.',
    ],
    [
      'N is too large to be compared',
      { at: { a: rendered({ ...WEB_1, ...DEEP }) }, n: live(kept({ ...WEB_1, ...DEEP })) },
      'The template is too large to be compared.',
    ],
  ])('are left to files where %s', async (_, told, because) => {
    expect(await read(told)).toEqual({ by: 'files', because })
  })

  it.each<[string, Told, unknown]>([
    [
      'N+1 does not render',
      { at: { b: unknown('failed') } },
      ['P4', 'bbbbbbbbbbbb “web b” does not render the Rollout. Why failed.', { revision: null, ...UNKNOWN }],
    ],
    ['N does not', { at: { a: unknown('absent') } }, ['P6', 'aaaaaaaaaaaa “web a” does not render the Rollout. Why absent.', UNKNOWN]],
    [
      'N+1 renders something else than runs, whatever N does',
      { next: live(kept(WEB_1)), n: live(kept(WEB_2)) },
      ['P4', 'bbbbbbbbbbbb “web b” renders something else than N+1 runs, in spec.containers[main].image.', { revision: null, ...UNKNOWN }],
    ],
    [
      'N does, and N+1 cannot be told',
      { next: null, n: live(kept(WEB_2)) },
      ['P6', 'aaaaaaaaaaaa “web a” renders something else than the version before runs, in spec.containers[main].image.', UNKNOWN],
    ],
    ['neither renders', { at: { a: unknown('failed'), b: unknown('failed') } }, ['P4', expect.any(String), { revision: null, ...UNKNOWN }]],
  ])('are refused where %s', async (_, told, refusal) => {
    expect(await read(told)).toEqual(refusal)
  })

  it.each([
    [5, ''],
    [6, ' and more'],
    [25, ' and more'],
  ])('differ in fields of which five are named: of %i five%s', async (count, rest) => {
    const more = Object.fromEntries(Array.from({ length: count }, (_, index) => [String.fromCodePoint(97 + index), 'x']))
    const told: unknown = await read({ at: { b: rendered({ ...WEB_2, ...more }) } })
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => `spec.containers[main].${name}`).join(', ')
    const words = `bbbbbbbbbbbb “web b” renders something else than N+1 runs, in ${fields}${rest}.`
    expect(told).toEqual(['P4', words, { revision: null, ...UNKNOWN }])
  })
})
