import { describe, expect, it } from 'vitest'
import { deploymentState, deploymentWords, environmentName } from '../../../src/domain/announce/deployment.ts'
import type { Release } from '../../../src/domain/release/release.ts'

const WEB = { cluster: 'prod', namespace: 'shop', rollout: 'web' }

function release(change: Partial<Release>): Release {
  const base = { ...WEB, state: 'rolling', outcome: 'open', cause: null, preExisting: false, attempts: [], images: ['reg.example/shop:2'] }
  return { ...base, stableImages: ['reg.example/shop:1'], podTemplateHash: 'b', stableHash: 'a', ...change } as unknown as Release
}

describe('the state of a deployment', () => {
  it.each([
    [{}, 'in-progress'],
    [{ state: 'failed', cause: 'analysis-failed' }, 'failed'],
    [{ state: 'ended', outcome: 'restored', cause: 'analysis-failed' }, 'restored'],
    [{ state: 'ended', outcome: 'promoted' }, 'promoted'],
    [{ state: 'ended', outcome: 'superseded' }, 'left'],
    [{ state: 'ended', outcome: 'gone' }, 'left'],
    [{ state: 'failed', cause: 'undone' }, undefined],
    [{ state: 'failed', cause: 'analysis-failed', preExisting: true }, undefined],
  ] as const)('of a release that is %j is %s', (change, state) => {
    expect(deploymentState(release(change))).toBe(state)
  })
})

describe('the words beside it', () => {
  it.each([
    [{}, 'shop/web moves to shop:2'],
    [{ outcome: 'promoted' }, 'shop/web runs shop:2'],
    [{ outcome: 'restored' }, 'shop/web runs the version before shop:2 again'],
    [{ outcome: 'superseded' }, 'shop/web got a newer release than shop:2'],
    [{ outcome: 'gone' }, 'shop/web is gone; it was to run shop:2'],
  ] as const)('say of one that never failed, and is %j: %s', (change, words) => {
    expect(deploymentWords({ release: release(change), revert: undefined })).toBe(words)
  })

  it('are one line of 140 characters at most, whatever names say', () => {
    const hostile = release({ rollout: `web\n\u202e${'x'.repeat(300)}`, images: [`reg.example/${'y'.repeat(400)}\u001b[31m:2`] })
    const words = deploymentWords({ release: hostile, revert: undefined })
    expect(words.length).toBeLessThanOrEqual(140)
    // oxlint-disable-next-line no-control-regex -- what may not be in it
    expect(words).not.toMatch(/[\u0000-\u001f\u202e]/)
  })
})

describe('the name of an environment', () => {
  it.each([
    ['{cluster}/{namespace}/{rollout}', WEB, 'prod/shop/web'],
    ['live {namespace}.{rollout}', WEB, 'live shop.web'],
    ['{cluster}/{namespace}/{rollout}', { ...WEB, cluster: '/eu: west$1/' }, 'eu- west-1//shop/web'],
    ['{cluster}/{namespace}/{rollout}', { ...WEB, cluster: '{rollout}' }, '-rollout-/shop/web'],
  ])('is made of %s: %j is %s', (template, of, name) => {
    expect(environmentName(template, of)).toBe(name)
  })

  it('is cut where forges take no more', () => {
    expect(environmentName('{cluster}/{namespace}/{rollout}', { ...WEB, cluster: 'c'.repeat(400) })).toHaveLength(255)
  })
})
