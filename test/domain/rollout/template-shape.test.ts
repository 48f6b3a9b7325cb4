import { describe, expect, it } from 'vitest'
import { isUnset, looksLikeImage } from '../../../src/domain/rollout/template-shape.ts'
import { match, template } from './templates.ts'

it.each<[string, unknown, boolean]>([
  ['any', undefined, true],
  ['any', null, true],
  ['any', '', true],
  ['any', 0, true],
  ['any', false, true],
  ['any', [], true],
  ['any', {}, false],
  ['any', 'x', false],
  ['any', [0], false],
  ['optional', false, false],
  ['runAsUser', 0, false],
  ['optional', null, true],
  ['labels', {}, true],
  ['limits', {}, true],
  ['labels', { app: '' }, false],
])('a field counts as not there where the API server drops it: %s of %j, %s', (name, value, expected) => {
  expect(isUnset(name, value)).toBe(expected)
})

it.each<[unknown, boolean]>([
  ['web', true],
  ['r.example:5000/shop/web:v1@sha256:ab', true],
  ['a'.repeat(300), true],
  ['a'.repeat(301), false],
  ['web 1', false],
  ['', false],
  [['web'], false],
  [5, false],
  [undefined, false],
])('an image is a text without spaces, of no more than 300 characters: %j, %s', (value, expected) => {
  expect(looksLikeImage(value)).toBe(expected)
})

it.each([
  ['web', 'Always'],
  ['web:latest', 'Always'],
  ['r.example:5000/web', 'Always'],
  ['web:1', 'IfNotPresent'],
  ['web@sha256:ab', 'IfNotPresent'],
  ['web:latest@sha256:ab', 'IfNotPresent'],
  ['web@none', 'IfNotPresent'],
])('%s is pulled %s where nothing else is said', (image, policy) => {
  const other = policy === 'Always' ? 'IfNotPresent' : 'Always'
  const found = (imagePullPolicy: string): string => match(template({ image }), template({ image, imagePullPolicy }))
  expect([found(policy), found(other)]).toEqual(['equal', 'spec.containers[main].imagePullPolicy'])
})

describe('a template as the API server keeps it', () => {
  const withSpec = (more: object): object => ({ spec: { containers: [], ...more } })
  const volume = (more: object): object => withSpec({ volumes: [{ name: 'a', ...more }] })
  const disk = (more: object): object => volume({ azureDisk: { diskName: 'd', ...more } })
  const keptDisk = { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared' }
  const fileKey = (more: object): object => template({ env: [{ name: 'A', valueFrom: { fileKeyRef: { key: 'k', ...more } } }] })
  const labels = (more: object): object => template({}, { labels: { app: 'web', ...more } })
  const annotations = (more: object): object => template({}, { annotations: { a: 'x', ...more } })

  it.each<[string, object, object, string]>([
    ['a volume of which nothing is said is an empty folder', volume({}), volume({ emptyDir: {} }), 'equal'],
    ['nor is more said of one by null', volume({ secret: null }), volume({ emptyDir: {} }), 'equal'],
    ['another volume is none', volume({ nfs: { path: '/' } }), volume({ nfs: { path: '/' }, emptyDir: {} }), 'spec.volumes[0].emptyDir'],
    ['a disk is written to', disk({}), disk({ ...keptDisk, readOnly: false }), 'equal'],
    ['and none is only read by itself', disk({}), disk({ ...keptDisk, readOnly: true }), 'spec.volumes[0].azureDisk.readOnly'],
    ['a key of a file has to be there', fileKey({}), fileKey({ optional: false }), 'equal'],
    [
      'and is not optional by itself',
      fileKey({}),
      fileKey({ optional: true }),
      'spec.containers[main].env[A].valueFrom.fileKeyRef.optional',
    ],
    ['an empty label is one', labels({ x: '' }), labels({}), 'metadata.labels.x'],
    ['an empty annotation is one', annotations({ x: '' }), annotations({}), 'metadata.annotations.x'],
    [
      'an empty label of a node is asked for',
      withSpec({ nodeSelector: { a: '', b: 'x' } }),
      withSpec({ nodeSelector: { b: 'x' } }),
      'spec.nodeSelector.a',
    ],
  ])('%s', (_, rendered, kept, expected) => {
    expect(match(rendered, kept)).toBe(expected)
  })
})
