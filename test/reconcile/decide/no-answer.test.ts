import { describe, expect, it } from 'vitest'
import { notRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import { rendererAway } from '../../../src/domain/decision/renderer-away.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { experimentName } from '../../../src/domain/experiment/name.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import { beginPass, makeCase } from '../../../src/reconcile/decide/case.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { aFailure, type Failure } from '../act/a-failure.ts'
import { NOW, REPO } from '../act/a-host.ts'
import { asks, type Asked } from './asks.ts'

describe('who cannot be asked', () => {
  const away = new KedgeError('E_RENDERER_UNREACHABLE', 'down')
  const refuses = new KedgeError('E_RENDERER_REFUSED', 'no token')
  const line = "the admin's allow list does not name this repository, so Kedge has not looked into it. This line lets it: "
  it.each<[string, KedgeError, string, string, boolean]>([
    ['Git', new KedgeError('E_GIT_UNREACHABLE', 'down'), 'P3', 'Git or the forge could not be asked (E_GIT_UNREACHABLE).', true],
    ['a Git that cannot be believed', new KedgeError('E_GIT_MALFORMED', 'bad tree'), 'P4', 'Git cannot be believed here: bad tree.', true],
    ['a repository that is not allowed', new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'no'), 'P3', line, false],
    ['who renders', away, 'P4', rendererAway({ proof: 'any' }), true],
    ['who renders, by its No', refuses, 'P4', rendererAway({ proof: 'any' }, 'no token'), true],
  ])('is an answer, too: %s', async (...row) => {
    const [, thrown, check, reason, isFault] = row
    const { findings } = await asks({ before: (failure) => (failure.environment.repositories = { open: () => Promise.reject(thrown) }) })
    const source = { refusal: { check, reason: expect.stringContaining(reason) as string } }
    expect(findings).toMatchObject({
      source,
      found: undefined,
      theirs: undefined,
      pullRequest: undefined,
      fault: isFault ? thrown : undefined,
    })
  })

  it('names the line that lets Kedge look into a repository of Git, and not into one of charts', async () => {
    const thrown = new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'no')
    const before = ({ environment, app, world }: Failure): void => {
      app.change({
        sources: [
          { repoURL: 'https://charts.example', targetRevision: '1', chart: 'web' },
          { repoURL: REPO, targetRevision: 'main', path: 'a' },
        ],
        multi: true,
      })
      world.show()
      environment.repositories = { open: () => Promise.reject(thrown) }
    }
    const { findings } = await asks({ before })
    expect(findings.source?.refusal?.reason).toContain('git.example/shop/gitops')
  })

  it('is no answer where Kedge itself is at fault', async () => {
    const thrown = new Error('what?')
    await expect(asks({ before: (failure) => (failure.environment.repositories = { open: () => Promise.reject(thrown) }) })).rejects.toBe(
      thrown,
    )
  })
})

describe('who renders and does not answer', () => {
  const unreachable = notRendered('unreachable', 'No answer.')
  const forbidden = notRendered('forbidden', 'No right.')
  const decidedAway = (at: number): Partial<Release> => ({
    decision: {
      action: 'notify',
      reason: '',
      at,
      checks: [{ id: 'P4', title: '', outcome: 'failed', detail: rendererAway({ proof: 'any' }) }],
    },
  })
  const proven: Release['decision'] = {
    action: 'notify',
    reason: '',
    at: NOW,
    checks: [{ id: 'P10', title: '', outcome: 'passed', detail: '' }],
  }
  const renders =
    (rendering: Rendering) =>
    (failure: Failure): void =>
      void (failure.environment.renderer.render = async () => rendering)
  const wantsProof = (failure: Failure): void => [renders(unreachable)(failure), (failure.policy.current = { proof: 'rendered' })] as never

  it.each<[string, Asked, { provenBy?: string; away?: true; fault?: string }]>([
    ['is asked again', { before: renders(unreachable), revert: null }, { fault: 'E_RENDERER_UNREACHABLE' }],
    [
      'is asked again before two minutes are over',
      { before: renders(unreachable), revert: null, release: decidedAway(NOW - 119_999) },
      { fault: 'E_RENDERER_UNREACHABLE' },
    ],
    [
      'is left out after two minutes',
      { before: renders(unreachable), revert: null, release: decidedAway(NOW - 120_000) },
      { provenBy: 'files', away: true },
    ],
    [
      'is left out by a delivery that has waited',
      { before: renders(unreachable), revert: null, given: { isLate: true } },
      { provenBy: 'files', away: true },
    ],
    [
      'is left out where it was opened by files',
      { before: renders(unreachable), revert: { provenBy: 'files' } },
      { provenBy: 'files', away: true },
    ],
    [
      'is asked again where it was opened by rendering',
      { before: renders(unreachable), revert: { provenBy: 'rendering' } },
      { fault: 'E_RENDERER_UNREACHABLE' },
    ],
    [
      'is asked again by a delivery that has waited, where the policy wants that proof',
      { before: wantsProof, revert: null, given: { isLate: true } },
      { fault: 'E_RENDERER_UNREACHABLE' },
    ],
    [
      'is asked again where it was opened by files, and the policy wants that proof',
      { before: wantsProof, revert: { provenBy: 'files' } },
      { fault: 'E_RENDERER_UNREACHABLE' },
    ],
    [
      'is not away where it says that it cannot',
      { before: renders(notRendered('unsupported', 'Helm.')), revert: { provenBy: 'files' } },
      { provenBy: 'files' },
    ],
    ['and lets nobody in has no answer', { before: renders(forbidden), revert: { provenBy: 'files' } }, { provenBy: 'files' }],
    [
      'and lets Kedge in no more has lost it, where it has rendered before',
      { before: renders(forbidden), revert: { provenBy: 'rendering' } },
      { fault: 'E_RENDERER_REFUSED' },
    ],
    [
      'and lets Kedge in no more has lost it, where the release was told by it',
      { before: renders(forbidden), revert: null, release: { told: 'by-rendering', goodRevision: '1'.repeat(40) as never } as never },
      { fault: 'E_RENDERER_REFUSED' },
    ],
    [
      'and lets Kedge in no more has lost it, where the release alone was told by it',
      {
        before: async (failure) => {
          renders(forbidden)(failure)
          await failure.ledger.append([releaseEntry({ ...failure.release, key: 'before' })])
        },
        revert: null,
        release: { told: 'by-rendering', goodRevision: '1'.repeat(40) as never },
      },
      { fault: 'E_RENDERER_REFUSED' },
    ],
    [
      'and lets Kedge in no more has no answer, where a revert of a Rollout was proven before',
      { before: renders(forbidden), revert: null, release: { decision: proven } },
      { provenBy: 'files' },
    ],
    [
      'is no fault of an Experiment of which Git says no more',
      { before: renders(unreachable), revert: null, release: { rollout: experimentName('smoke') } },
      {},
    ],
  ])('%s', async (_, asked, { provenBy, away, fault }) => {
    const { findings } = await asks(asked)
    expect([findings.fault?.code, findings.source?.provenBy ?? undefined, findings.source?.rendererAway]).toEqual([fault, provenBy, away])
  })
})

it('whether a commit is another Rollout’s waits for who renders, however long that is away: a refusal would be for good', async () => {
  const rendered = (worker: string): Rendering => {
    const sealed = new Sealed({ spec: { containers: [] } })
    const rollouts = new Map([
      ['shop/web', worker],
      ['shop/worker', worker],
    ])
    return { result: 'rendered', rollout: { template: sealed, spec: sealed, analysis: undefined, parts: { rest: '', rollouts } } }
  }
  const failure = await aFailure()
  const { environment, ledger, good, bad, world } = failure
  const next = failure.commit({ 'apps/web/kustomization.yaml': 'resources: [rollout.yaml]\n' }, { message: 'web v3' })
  const applied = { application: 'argocd/shop', revisions: [next] }
  const told = { told: 'by-rendering', goodRevision: good, revision: next, repository: 'git.example/shop/gitops' } as const
  const release: Release = { ...failure.release, revertKey: null, applied, ...told }
  await ledger.append([releaseEntry(release)])
  environment.renderer.render = async ({ revisions: [at] }) =>
    at === bad ? notRendered('unreachable', 'No answer.') : rendered(at === good ? '1' : '2')
  const pass = beginPass(environment, world.clusterOf(undefined).view(), { cluster: 'prod', namespace: 'shop', name: 'web' })
  const { findings } = await makeCase(environment, pass, release, { isLate: true })
  expect([findings.fault?.code, findings.source?.refusal?.check]).toEqual(['E_RENDERER_UNREACHABLE', 'P4'])
})
