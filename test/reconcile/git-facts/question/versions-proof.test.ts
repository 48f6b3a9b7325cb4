import { describe, expect, it } from 'vitest'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import type { Rendering } from '../../../../src/domain/application/rendered.ts'
import { proveRevert, refuseInnocent, refuseOlder, type Versions } from '../../../../src/reconcile/git-facts/question/versions.ts'
import { kept, live } from '../../../domain/rollout/templates.ts'
import { outcome } from '../outcome.ts'
import {
  aQuestion,
  commit,
  DEEP,
  ENV,
  FILES,
  rendered,
  REORDERED,
  REVISION,
  rewritten,
  rolloutOf,
  shaOf,
  unknown,
  versionsOf,
  WEB_1,
  WEB_2,
  type Told,
} from './two-versions.ts'

describe('the commit before the oldest culprit', () => {
  const culprits = [REVISION, commit('d', 'b')]
  const P7 = ['P7', 'cccccccccccc, the commit before the oldest culprit, renders N+1 already.', {}]
  const ordered = { at: { b: rendered({ ...WEB_2, env: ENV }) }, next: live(kept({ ...WEB_2, env: ENV })) }

  it.each<[string, Rendering, Told, unknown]>([
    ['renders what N+1 runs', rendered(WEB_2), {}, P7],
    ['renders what N+1 was rendered as, whatever became of that', rendered(WEB_2), { n: rewritten(WEB_1), next: rewritten(WEB_2) }, P7],
    ['renders what became of N+1', rendered({ ...WEB_2, tty: true }), { n: rewritten(WEB_1), next: rewritten(WEB_2) }, P7],
    ['renders it in another order', rendered({ ...WEB_2, env: REORDERED }), ordered, undefined],
    ['renders something else', rendered(WEB_1), {}, undefined],
    ['renders nothing that is known', unknown('failed'), {}, undefined],
  ])('%s', async (_, c, told, refusal) => {
    const { asking, asked } = aQuestion({ at: { c } })
    expect(await outcome(refuseOlder(asking, await versionsOf(told), culprits))).toEqual(refusal)
    expect(asked).toEqual(['c 2.0.0'])
  })

  it.each<[string, Versions | undefined, readonly GitCommit[]]>([
    ['files have to do', FILES, culprits],
    ['there is none before it', undefined, [commit('b')]],
    ['there are no culprits', undefined, []],
  ])('is not asked where %s', async (_, versions, commits) => {
    const { asking, asked } = aQuestion({ at: { c: rendered(WEB_2) } })
    await refuseOlder(asking, versions ?? (await versionsOf()), commits)
    expect(asked).toEqual([])
  })
})

describe('the oldest of several culprits', () => {
  const [oldest, other] = [commit('d', 'a'), commit('b', 'd')]

  it.each<[string, Rendering, unknown]>([
    [
      'renders the version before as well',
      rendered(WEB_1),
      ['P6', 'dddddddddddd “web d” renders the version before as well: which commit made that is not known.', {}],
    ],
    ['renders something else', rendered(WEB_2), undefined],
    ['renders nothing that is known', unknown('failed'), undefined],
  ])('%s', async (_, d, refusal) => {
    const { asking, asked } = aQuestion({ at: { d } })
    expect(await outcome(refuseInnocent(asking, await versionsOf(), [oldest, other]))).toEqual(refusal)
    expect(asked).toEqual(['d 2.0.0'])
  })

  it.each<[string, Versions | undefined, readonly GitCommit[]]>([
    ['files have to do', FILES, [oldest, other]],
    ['it is the only one', undefined, [oldest]],
    ['there is none', undefined, []],
  ])('is not asked where %s', async (_, versions, culprits) => {
    const { asking, asked } = aQuestion({ at: { d: rendered(WEB_1) } })
    await refuseInnocent(asking, versions ?? (await versionsOf()), culprits)
    expect(asked).toEqual([])
  })
})

describe('a revert', () => {
  const commits = { commit: shaOf('e'), takenBack: undefined }
  const prove = async (e: Rendering, told: Told = {}, more: Partial<Versions & { by: 'rendering' }> = {}) => {
    const { asking, asked } = aQuestion({ ...told, at: { e } })
    return { proven: await outcome(proveRevert(asking, { ...(await versionsOf(told)), ...more }, commits)), asked }
  }
  const byFiles = (because: string) => ({ provenBy: 'files', notRendered: because, changedFields: null })
  const proven = (...changedFields: readonly object[]) => ({ provenBy: 'rendering', notRendered: null, changedFields })
  const image = { path: 'template.spec.containers[main].image', image: { before: 'web:2', after: 'web:1' } }
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, 'x']))
  const P10 = { provenBy: 'rendering' }

  it.each<[string, Rendering, Told, unknown]>([
    [
      'is proven where it renders N, with all that merging it changes',
      rendered(WEB_1, { replicas: 3 }),
      {},
      proven(image, { path: 'replicas' }),
    ],
    [
      'is proven where N is rewritten on the way in as N+1 is',
      rendered(WEB_1),
      { n: rewritten(WEB_1), next: rewritten(WEB_2) },
      proven(image),
    ],
    ['is proven though more changes than is told', rendered(WEB_1, many), {}, { ...proven(), changedFields: null }],
    [
      'is proven though what changes cannot be told',
      rendered(WEB_1, DEEP),
      { at: { b: rendered(WEB_2, DEEP) } },
      { ...proven(), changedFields: null },
    ],
    ['is left to files where this renderer does not read it', unknown('forbidden'), {}, byFiles('Why forbidden.')],
    [
      'is refused where it renders something else',
      rendered(WEB_2),
      {},
      ['P10', 'the revert renders something else than the version before runs, in spec.containers[main].image.', P10],
    ],
    ['is refused where it does not render', unknown('failed'), {}, ['P10', 'the revert does not render. Why failed.', P10]],
    [
      'is refused where it is not found, and is pushed again later',
      unknown('unfetched'),
      {},
      [
        'P10',
        'who renders does not find the revert that was pushed, so nobody has rendered it. It is pushed again later. Why unfetched.',
        { unfetched: true },
      ],
    ],
  ])('%s', async (_, e, told, expected) => {
    expect(await prove(e, told)).toEqual({ proven: expected, asked: ['e 2.0.0 unpublished'] })
  })

  it('is left to files where it is too large to be held against N', async () => {
    const [large, { before }] = [{ ...WEB_1, ...DEEP }, await versionsOf()]
    expect(await prove(rendered(large), {}, { before: { ...before, live: live(kept(large)) } })).toMatchObject({
      proven: byFiles('The template is too large to be compared.'),
    })
  })

  it('is held against what the branch renders by now, where later commits stay', async () => {
    const head = rolloutOf(WEB_2, { replicas: 3 })
    expect(await prove(rendered(WEB_1, { replicas: 3 }), {}, { head })).toMatchObject({ proven: proven(image) })
  })

  it('is not rendered where files have to do', async () => {
    const { asking, asked } = aQuestion()
    expect(await proveRevert(asking, FILES, commits)).toEqual(byFiles('It says why.'))
    expect(asked).toEqual([])
  })

  it('that nobody can render any more after it was taken back is what was answered before', async () => {
    const { asking } = aQuestion({ at: { e: unknown('unpublished'), f: unknown('unfetched') } })
    const answer = { provenBy: 'files', reason: 'Nobody read it.' } as const
    const takenBack = { commit: shaOf('f'), answer, rests: false }
    expect(await proveRevert(asking, await versionsOf(), { ...commits, takenBack })).toEqual(byFiles('Nobody read it.'))
  })
})
