import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { lookAfterPush, lookBeforePush, type NotRight, type SecondLook } from '../../../src/reconcile/act/second-look.ts'
import type { AlertView } from '../../../src/reconcile/alerts/alert-view.ts'
import type { Case } from '../../../src/reconcile/decide/case.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt } from '../../domain/an-attempt.ts'
import { aFailure, type Failure } from './a-failure.ts'

const AWAY = new KedgeError('E_CLUSTER_UNREACHABLE', 'no route to host')

const before = ({ environment, planned, decided }: Failure, more: { isLate?: boolean; releases?: readonly string[] } = {}) =>
  lookBeforePush(environment, planned({ releases: more.releases ?? ['r'] }), { decided, isLate: more.isLate ?? false, isFirst: true })

/** What was decided a moment ago, but for this. */
function decide({ decided, known, planned, clock }: Failure, { findings, ...change }: Partial<Case> = {}): void {
  decided.note(planned().key, { known: { ...known, ...change, findings: { ...known.findings, ...findings } }, at: clock.elapsed() })
}

/** The same failure under another name. */
const add = async ({ ledger }: Failure, fields: Partial<Release>): Promise<void> => {
  const [release] = ledger.releases({ limit: 1 })
  if (release) await ledger.append([releaseEntry({ ...release, key: 'r2', ...fields })])
}

/** The cluster does not answer the next live read. */
function failsOnce({ view }: Failure): void {
  const reread = view.reread.bind(view)
  view.reread = () => {
    view.reread = reread
    return Promise.reject(AWAY)
  }
}

const summary = (look: SecondLook | NotRight): unknown => (look.isRight ? { isFirst: look.isFirst, of: look.known.release.key } : look)

describe('before the push', () => {
  it('what was decided a moment ago is taken as it is, without asking Git, once', async () => {
    const failure = await aFailure()
    await failure.clock.advanceTo(failure.clock.now() + 500, async () => undefined)
    decide(failure)
    failure.environment.repositories = { open: () => Promise.reject(new Error('Git is not asked')) }
    const { source } = failure.known.findings
    expect(await before(failure)).toMatchObject({ isRight: true, isFirst: true, at: 500, source })
    await expect(before(failure)).rejects.toThrow('Git is not asked')
  })

  it.each<[string, (failure: Failure) => unknown]>([
    ['nothing was decided', () => undefined],
    ['Git said nothing', (failure) => decide(failure, { findings: { ...failure.known.findings, source: null } })],
    ['Git could not be asked', (failure) => decide(failure, { findings: { ...failure.known.findings, fault: AWAY } })],
    ['its release is not known any more', (failure) => decide(failure, { release: { ...failure.release, key: 'gone' } })],
    [
      'it was another revert',
      (failure) => decide(failure, { findings: { ...failure.known.findings, source: failure.facts({ revertKey: 'other' }) } }),
    ],
    ['the cluster looked otherwise', (failure) => decide(failure, { look: { ...failure.known.look, rollout: undefined } })],
    ['the cluster could not be asked that very time', (failure) => [decide(failure), failsOnce(failure)]],
  ])('Git is asked anew where %s', async (_, given) => {
    const failure = await aFailure()
    given(failure)
    expect(summary(await before(failure))).toEqual({ isFirst: false, of: 'r' })
  })

  it('what the policy takes back meanwhile is not right, whatever was decided', async () => {
    const failure = await aFailure()
    decide(failure)
    failure.policy.current = { mode: 'notify' }
    const look = await before(failure)
    expect(look).toMatchObject({ isRight: false, refused: [{ known: { release: { key: 'r' } }, decision: { action: 'notify' } }] })
    expect((look as NotRight).refused[0]?.decision.reason).toContain('the mode is notify')
  })
})

describe('a look at all the releases of a revert', () => {
  it.each<[string, (failure: Failure) => Promise<void>]>([
    ['one is not known any more', async () => undefined],
    ['one is of a cluster that is not watched', (failure) => add(failure, { cluster: 'west' })],
    ['one has ended', (failure) => add(failure, { state: 'ended', outcome: 'superseded' })],
  ])('finds the one for which it is right where %s', async (_, given) => {
    const failure = await aFailure()
    await given(failure)
    expect(summary(await before(failure, { releases: ['r2', 'r'] }))).toEqual({ isFirst: false, of: 'r' })
  })

  it('is of no release where it is right for none', async () => {
    expect(await before(await aFailure(), { releases: ['gone'] })).toEqual({ isRight: false, refused: [] })
  })

  it('is not right, and refuses nobody, where Git asks for another revert by now', async () => {
    const { environment, planned, decided } = await aFailure()
    const look = lookBeforePush(environment, planned({ key: 'other' }), { decided, isLate: false, isFirst: true })
    expect(await look).toEqual({ isRight: false, refused: [] })
  })

  it('gives nothing up while its cluster is not seen, and does not ask it', async () => {
    const failure = await aFailure()
    let asked = 0
    failure.view.reread = async () => void (asked += 1)
    failure.world.blind(true, undefined)
    const what = 'the cluster cannot be asked just now. The view of the cluster is stale: nothing is decided while blind.'
    await expect(before(failure)).rejects.toMatchObject({ code: 'E_CLUSTER_UNREACHABLE', what })
    expect(asked).toBe(0)
  })

  it('gives nothing up where the cluster shows another state than the watch', async () => {
    const failure = await aFailure()
    failure.view.reread = async () => undefined
    await expect(before(failure)).rejects.toMatchObject({ code: 'E_CLUSTER_UNREACHABLE', what: expect.stringContaining('look again') })
  })

  it.each<[string, Error]>([
    ['cannot be asked', AWAY],
    ['breaks', new Error('what?')],
  ])('has the fault of the cluster that %s', async (_, thrown) => {
    const failure = await aFailure()
    failure.view.reread = () => Promise.reject(thrown)
    await expect(before(failure)).rejects.toBe(thrown)
  })

  it('goes on to the next where the cluster of one cannot be asked, and has its fault where none is right', async () => {
    const failure = await aFailure()
    await add(failure, {})
    failsOnce(failure)
    expect(summary(await before(failure, { releases: ['r2', 'r'] }))).toEqual({ isFirst: false, of: 'r' })
    failsOnce(failure)
    await expect(before(failure, { releases: ['r2', 'gone'] })).rejects.toBe(AWAY)
  })

  it.each([
    ['Git cannot be asked', false, 'E_GIT_UNREACHABLE', true],
    ['Git cannot be asked for long', true, 'E_GIT_UNREACHABLE', true],
    ['who renders refuses', false, 'E_RENDERER_REFUSED', true],
    ['who renders has refused for two minutes: that takes a person', true, 'E_RENDERER_REFUSED', false],
  ] as const)('is tried again where %s', async (_, isLate, code, isTried) => {
    const failure = await aFailure()
    const thrown = new KedgeError(code, 'no')
    if (code === 'E_RENDERER_REFUSED') failure.environment.renderer.render = () => Promise.reject(thrown)
    else failure.environment.repositories = { open: () => Promise.reject(thrown) }
    failure.policy.current = { proof: 'rendered' }
    const look = await before(failure, { isLate }).catch((error: unknown) => error)
    const refused = isTried ? undefined : (look as NotRight).refused.map(({ decision }) => decision.action)
    expect(isTried ? look : refused).toEqual(isTried ? thrown : ['notify'])
  })

  it.each<[string, Partial<Release>, number]>([
    ['of a release that an alert names', { cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn() })] }, 1],
    ['of no other', {}, 0],
  ])('asks for the alerts as they are now %s', async (_, fields, times) => {
    const failure = await aFailure()
    await add(failure, { key: 'r', ...fields })
    let asked = 0
    failure.environment.alerts = { refresh: async () => void (asked += 1), of: () => undefined } as unknown as AlertView
    await before(failure)
    expect(asked).toBe(times)
  })
})

describe('after the push', () => {
  const rendered = { provenBy: 'rendering', notRendered: null, otherApplications: [] } as const
  it.each<[string, Partial<SecondLook['source']>, Partial<SecondLook>, boolean]>([
    ['is kept for two seconds', rendered, { at: 1_000 }, true],
    ['is kept where files had to do', { ...rendered, provenBy: 'files', notRendered: 'Helm.' }, { at: 2_500 }, true],
    ['is too old after that', rendered, { at: 999 }, false],
    ['is taken again where only a server can render it', { ...rendered, notRendered: 'not yet' }, { at: 2_500 }, false],
    ['is taken again where others may change by it', { ...rendered, otherApplications: ['shop/other'] }, { at: 2_500 }, false],
    ['is taken again where Git was asked for the decision alone', rendered, { at: 2_500, isFirst: true }, false],
  ])('the look before %s', async (_, source, more, isKept) => {
    const failure = await aFailure()
    await failure.clock.advanceTo(failure.clock.now() + 3_000, async () => undefined)
    const look: SecondLook = { isRight: true, known: failure.known, source: failure.facts(source), at: 0, isFirst: false, ...more }
    const after = await lookAfterPush(failure.environment, failure.planned(), look, { pushed: failure.proof.commit, isLate: false })
    expect(after === look).toBe(isKept)
    expect(after).toMatchObject({ isRight: true, isFirst: false })
  })
})
