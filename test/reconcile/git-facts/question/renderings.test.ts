import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { notRendered, type NotRendered } from '../../../../src/domain/application/rendered.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import type { LiveTemplates } from '../../../../src/ports/live-templates.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import { isRendererFault, LEFT_TO_FILES, openRenderings, revisionsAt } from '../../../../src/reconcile/git-facts/question/renderings.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { anApplication } from '../../an-application.ts'

const APPLICATION = anApplication([{}])
const RELEASE = aRelease({ key: 'r', namespace: 'shop', rollout: 'web' })
const LIVE = { template: new Sealed({}), ephemeralMetadata: undefined }

/** Renderings of what always gets this answer, and what was asked. */
function renderingsOf(why: NotRendered, template: LiveTemplates['template'] = async () => LIVE) {
  const asked: Omit<RenderQuestion, 'application'>[] = []
  const running: string[] = []
  const renderings = openRenderings({
    renderer: {
      async render({ application, ...question }) {
        expect(application).toBe(APPLICATION)
        asked.push(question)
        return notRendered(why, 'It says why.')
      },
      digest: async () => notRendered('unsupported', ''),
    },
    templates: {
      async template(replicaSet) {
        running.push(replicaSet.uid)
        return template(replicaSet)
      },
    },
    application: APPLICATION,
    release: RELEASE,
  })
  return { renderings, asked, running }
}

it('what commits render is asked once for each question, of the release’s own Rollout where no other is named', async () => {
  const { renderings, asked } = renderingsOf('failed')
  const [web, api] = [RELEASE, { rollout: 'api' }].map(({ rollout }) => ({ namespace: 'shop', name: rollout }))
  const questions = [
    [['a', 'b']],
    [['a', 'b'], { isUnpublished: false, rollout: web }],
    [['a', 'b'], { isUnpublished: true }],
    [['a', 'b'], { rollout: api }],
    [['a', 'c'], {}],
  ] as Parameters<typeof renderings.at>[]
  for (const question of [...questions, ...questions])
    expect(await renderings.at(...question)).toEqual(notRendered('failed', 'It says why.'))
  expect(asked).toEqual([
    { revisions: ['a', 'b'], rollout: web, isUnpublished: false },
    { revisions: ['a', 'b'], rollout: web, isUnpublished: true },
    { revisions: ['a', 'b'], rollout: api, isUnpublished: false },
    { revisions: ['a', 'c'], rollout: web, isUnpublished: false },
  ])
})

it.each([
  ['unreachable', 'E_RENDERER_UNREACHABLE'],
  ['locked-out', 'E_RENDERER_REFUSED'],
] as const)('that there was no answer (%s) is a fault of who renders', async (why, code) => {
  const fault: unknown = await renderingsOf(why)
    .renderings.at(['a'])
    .catch((error: unknown) => error)
  expect(fault).toMatchObject({ code, what: 'It says why.' })
  expect(isRendererFault(fault)).toBe(true)
})

it('other faults are not of who renders', () => {
  expect([new KedgeError('E_GIT_UNREACHABLE', 'x'), new Error('x'), { code: 'E_RENDERER_REFUSED' }].map(isRendererFault)).toEqual([
    false,
    false,
    false,
  ])
})

describe('the template that runs', () => {
  const set = aReplicaSet('abc', 2, { uid: 'uid-abc' })

  it('is asked for once', async () => {
    const { renderings, running } = renderingsOf('failed')
    expect([await renderings.live(set), await renderings.live({ ...set })]).toEqual([LIVE, LIVE])
    await renderings.live({ ...set, uid: 'uid-def' })
    expect(running).toEqual(['uid-abc', 'uid-def'])
  })

  it.each([
    ['is gone with its ReplicaSet', async () => undefined, undefined],
    ['may not be shown', async () => Promise.reject(new KedgeError('E_CLUSTER_FORBIDDEN', 'no')), 'forbidden'],
  ] satisfies [string, LiveTemplates['template'], unknown][])('%s', async (_, template, told) => {
    expect(await renderingsOf('failed', template).renderings.live(set)).toBe(told)
  })

  it.each([new KedgeError('E_CLUSTER_UNREACHABLE', 'no route'), new Error('x')])('is not told where that fails: %s', async (fault) => {
    await expect(renderingsOf('failed', async () => Promise.reject(fault)).renderings.live(set)).rejects.toBe(fault)
  })
})

it('what this renderer cannot tell of any revision is left to files', () => {
  const all: readonly NotRendered[] = ['unsupported', 'unpublished', 'forbidden', 'not-allowed', 'locked-out', 'unreachable', 'too-large']
  const others: readonly NotRendered[] = ['unfetched', 'failed', 'absent', 'several']
  expect([...all, ...others].filter((why) => LEFT_TO_FILES.has(why))).toEqual(['unsupported', 'forbidden', 'not-allowed', 'too-large'])
})

it('all sources of one repository are asked for at a commit, and the others as they were applied', () => {
  const values = 'https://git.example/shop/values.git'
  const application = anApplication([{}, { repoURL: values }, { chart: 'web' }, { path: 'apps/api' }])
  const at = (repository: string, revisions: readonly string[] | null): readonly string[] =>
    revisionsAt(application, { repository }, { commit: 'new' as CommitSha, applied: revisions && { application: 'a', revisions } })
  expect(at('git.example/shop/gitops', ['a', 'b', '1.0.0', 'd'])).toEqual(['new', 'b', '1.0.0', 'new'])
  expect(at('git.example/shop/values', ['a', 'b'])).toEqual(['a', 'new', '', ''])
  expect(at('git.example/shop/values', null)).toEqual(['', 'new', '', ''])
})
