import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { readRollout } from '../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { appInputs, clean, isAmong } from '../../../src/domain/application/inputs.ts'
import { mapApplications, readTrackingId } from '../../../src/domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { REPO, stageApplication, type ApplicationOptions } from '../../simulation/application.ts'
import { stageRollout } from '../../simulation/rollout.ts'

const server = { now: () => 0, nextVersion: () => 1 }
const HERE = 'git.example/shop/gitops'

function app(options: ApplicationOptions = {}): ApplicationSnapshot {
  const read = readApplication('prod', stageApplication(server, options).object())
  if (!read) throw new Error('no Application')
  return read
}

function rollout(trackingId?: string): RolloutSnapshot {
  const web = stageRollout(server)
  web.healthy('v1')
  const read = readRollout('prod', web.objects().at(-1))
  if (!read) throw new Error('no Rollout')
  return trackingId === undefined ? read : { ...read, trackingId }
}

const paths = (options: ApplicationOptions): readonly string[] => appInputs(app(options), HERE).inputs.map((input) => input.path)
const source = (more: object): ApplicationOptions => ({ sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...more }] })

describe('the inputs of an Application', () => {
  it.each<[string, ApplicationOptions, readonly string[]]>([
    ['its folder', source({}), ['apps/web']],
    [
      'value files beside it, above it and from the root',
      source({ helm: { valueFiles: ['values.yaml', '../shared.yaml', '/env/prod.yaml'] } }),
      ['apps/shared.yaml', 'apps/web', 'apps/web/values.yaml', 'env/prod.yaml'],
    ],
    [
      'no value file that leaves the repository or comes from the net',
      source({ helm: { valueFiles: ['../../../etc/passwd', 'https://x/y.yaml'] } }),
      ['apps/web'],
    ],
    ['the whole repository for a dot', source({ path: '.' }), ['']],
    ['file parameters', source({ helm: { fileParameters: [{ name: 'x', path: 'cert.pem' }] } }), ['apps/web', 'apps/web/cert.pem']],
    [
      'value files of a named source',
      {
        multi: true,
        sources: [
          {
            repoURL: 'https://charts.example',
            chart: 'web',
            targetRevision: '1',
            helm: { valueFiles: ['$values/env/prod.yaml', '$other/x.yaml'] },
          },
          { repoURL: REPO, targetRevision: 'main', ref: 'values' },
        ],
      },
      ['env/prod.yaml'],
    ],
    [
      'what a name with build variables stands for',
      source({ helm: { valueFiles: ['$ARGOCD_APP_NAME.yaml', '/env/${ARGOCD_APP_PROJECT_NAME}$UNKNOWN.yaml'] } }),
      ['apps/web', 'apps/web/argocd_shop.yaml', 'apps/web/shop.yaml', 'env/default.yaml'],
    ],
    [
      'a pattern for what only the revision tells',
      source({ helm: { valueFiles: ['/env/$ARGOCD_APP_REVISION_SHORT/{a,b}.yaml'] } }),
      ['apps/web', 'env/*/a.yaml', 'env/*/b.yaml'],
    ],
    [
      'components and libraries',
      source({ kustomize: { components: ['../c'] }, directory: { jsonnet: { libs: ['vendor', '/lib'] } } }),
      ['apps/c', 'apps/web', 'lib', 'vendor'],
    ],
    [
      'no relative path where no source of the repository has a folder',
      {
        multi: true,
        sources: [{ repoURL: 'https://x/y.git', targetRevision: 'main', path: 'z' }],
        annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.' },
      },
      [],
    ],
    [
      'not what the operator says with manifest-generate-paths',
      { ...source({}), annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.;../lib;/libs/*.yaml' } },
      ['apps/web'],
    ],
  ])('are %s', (_, options, expected) => {
    expect(paths(options)).toEqual(expected)
  })

  it.each([
    ['names written out', { helm: { valueFiles: Array.from({ length: 64 }, (_, index) => `${index}-${'{a,b}'.repeat(7)}.yaml`) } }],
    ['a name of too many alternatives, again and again', { helm: { valueFiles: Array.from({ length: 64 }, () => '{a,b,c}'.repeat(15)) } }],
    ['patterns', { helm: { valueFiles: Array.from({ length: 64 }, (_, index) => `${'*a'.repeat(900)}${index}`) } }],
  ])('are not all of them past a budget: %s', (_, shape) => {
    const sources = Array.from({ length: 100 }, () => ({ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...shape }))
    const { inputs, isAll } = appInputs(app({ multi: true, sources }), HERE)
    expect(isAll).toBe(false)
    expect(inputs.length).toBeLessThanOrEqual(501)
  })

  it('in another repository are none', () => {
    expect(appInputs(app(source({})), 'git.example/shop/other').inputs).toEqual([])
  })

  it.each([
    ['a/./b//c', 'a/b/c'],
    ['a/../b', 'b'],
    ['../b', undefined],
    ['a/../../b', undefined],
    ['a\nb', undefined],
    ['', ''],
  ])('spelt %j are %j', (path, expected) => {
    expect(clean(path)).toBe(expected)
  })

  it('hold a file by whole names, by a glob, and by what comes before one that only Git reads', () => {
    const among = (file: string, path: string, glob = false): boolean => isAmong(file, [{ path, glob }])
    expect([
      among('apps/web/a', 'apps/web'),
      among('apps/web', 'apps/web'),
      among('apps/web2/a', 'apps/web'),
      among('x', ''),
      among('libs/a/b', 'libs/*.yaml', true),
      among('libs/a.yaml', 'libs/*.yaml', true),
      among('libs/x/y/a.yaml', 'libs/**/*.yaml', true),
      among('libs/a/b', 'libs/[ab].yaml', true),
    ]).toEqual([true, true, false, true, false, true, true, true])
  })
})

describe('the Application of a Rollout', () => {
  const one = app({ name: 'shop' })
  const two = app({ name: 'two' })

  it('is the one that lists it', () => {
    expect(mapApplications(rollout(), [two], [])).toEqual([two])
  })

  it('of several that list it is the one that its tracking id names; else all of them', () => {
    expect(mapApplications(rollout('two:argoproj.io/Rollout:shop/web'), [one, two], [])).toEqual([two])
    expect(mapApplications(rollout('three:argoproj.io/Rollout:shop/web'), [one, two], [])).toEqual([one, two])
  })

  it('that none lists yet is the one its tracking id names, if it deploys there', () => {
    expect(mapApplications(rollout('two:argoproj.io/Rollout:shop/web'), [], [one, two])).toEqual([two])
    expect(mapApplications(rollout('two:argoproj.io/Rollout:shop/web'), [], [{ ...two, destinationNamespace: 'elsewhere' }])).toEqual([])
  })

  it.each([
    ['two:argoproj.io/Rollout:shop/web', { namespace: undefined, application: 'two' }],
    ['team-a_two:argoproj.io/Rollout:shop/web', { namespace: 'team-a', application: 'two' }],
    ['_two:argoproj.io/Rollout:shop/web', { namespace: '', application: 'two' }],
    ['two:argoproj.io/Rollout:shop/other', undefined],
    ['two:apps/Deployment:shop/web', undefined],
    ['two', undefined],
    ['two:argoproj.io/Rollout:shop/web:more', undefined],
  ])('by the tracking id %s is %j', (trackingId, expected) => {
    expect(readTrackingId(rollout(trackingId))).toEqual(expected)
  })
})
