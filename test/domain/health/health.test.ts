import { describe, expect, it } from 'vitest'
import { assessHealth, assessRolloutHealth } from '../../../src/domain/health/health.ts'

const STABLE = '7d84d44bb8'
const CURRENT = 'db976bc44'

describe('health of a live object', () => {
  it.each([undefined, null])('is Missing when there is no object (%s)', (object) => {
    expect(assessHealth(object)).toEqual({ status: 'Missing', message: '' })
  })

  it('is the verdict of the script for its kind', () => {
    expect(assessHealth(live('Rollout', { phase: 'Healthy' }))).toEqual({ status: 'Healthy', message: '' })
    expect(assessHealth(live('AnalysisRun', { phase: 'Error' }))).toEqual({ status: 'Degraded', message: 'Analysis run had an error' })
    expect(assessHealth(live('Experiment', { phase: 'Running' }))).toEqual({ status: 'Progressing', message: 'Experiment is running' })
  })

  it('is Progressing while the object is being deleted, whatever its phase', () => {
    const object = live('Rollout', { phase: 'Degraded' }, { deletionTimestamp: '2026-11-23T02:38:29Z' })
    expect(assessHealth(object)).toEqual({ status: 'Progressing', message: 'Pending deletion' })
  })

  it('names the finalizers that hold a deletion up, as Argo CD 3.6 does', () => {
    const metadata = { deletionTimestamp: '2026-11-23T02:38:29Z', finalizers: ['example.com/a', 5, 'example.com/b'] }
    const message = 'Pending deletion; blocked by finalizers: example.com/a, example.com/b'
    expect(assessHealth(live('Rollout', { phase: 'Degraded' }, metadata))).toEqual({ status: 'Progressing', message })
  })

  it("is the script's verdict while a hook of Argo CD is being deleted", () => {
    const metadata = { deletionTimestamp: '2026-11-23T02:38:29Z', finalizers: ['argocd.argoproj.io/hook-finalizer'] }
    expect(assessHealth(live('Rollout', { phase: 'Degraded', message: 'x' }, metadata)).status).toBe('Degraded')
  })

  it.each([
    [{ apiVersion: 'v1', kind: 'Service' }, 'No health rule for v1 Service'],
    [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }, 'No health rule for argoproj.io/v1alpha1 Application'],
    [{ apiVersion: 'example.com/v1', kind: 'Rollout' }, 'No health rule for example.com/v1 Rollout'],
    ['text', 'No health rule for (no apiVersion) (no kind)'],
  ])('is Unknown for a kind without a rule (%j)', (object, message) => {
    expect(assessHealth(object)).toEqual({ status: 'Unknown', message })
  })
})

describe('health of an aborted Rollout', () => {
  const aborted = {
    phase: 'Degraded',
    message: 'RolloutAborted: why',
    abort: true,
    abortedAt: 't',
    stableRS: STABLE,
    currentPodHash: CURRENT,
    replicas: 1,
    availableReplicas: 1,
  }

  it("leads with who serves, what the spec asks for and what to do, then the controller's own words", () => {
    const { message } = assessRolloutHealth(live('Rollout', aborted))
    expect(message).toBe(
      `Aborted: stable ${STABLE} serves; the spec asks for ${CURRENT}: revert it in Git, fix forward or retry — RolloutAborted: why`,
    )
  })

  it('does not say that stable serves while the new version has pods', () => {
    const { message } = assessRolloutHealth(live('Rollout', { ...aborted, updatedReplicas: 1, replicas: 2 }))
    expect(message).toContain(`going back to stable ${STABLE}, ${CURRENT} still has 1 of 2 pods`)
  })

  it('says that users are hurt when no pod is ready, whoever was meant to serve', () => {
    const { message } = assessRolloutHealth(live('Rollout', { ...aborted, availableReplicas: 0 }))
    expect(message).toContain('no serving pod is ready, users are hurt')
  })

  it('keeps a text in several lines and of any length as it is', () => {
    const long = `RolloutAborted: ${'x'.repeat(10_000)}\nsecond line`
    expect(assessRolloutHealth(live('Rollout', { ...aborted, message: long })).message.endsWith(` — ${long}`)).toBe(true)
  })
})

function live(kind: string, status: object, metadata: object = {}): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind,
    metadata: { name: 'web', generation: 1, ...metadata },
    spec: { strategy: { canary: {} } },
    status,
  }
}
