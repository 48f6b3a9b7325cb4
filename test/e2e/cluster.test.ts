import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { chooseCluster } from './cluster.ts'
import { imagesOf } from './images.ts'

const NO_CHOICE = { argocdNamespace: undefined, image: undefined }

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'kedge-cluster-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('a cluster that the bench has not made', () => {
  it('is not touched for an exported KUBECONFIG alone', async () => {
    await expect(chooseCluster({ ...NO_CHOICE, kubeconfig: join(folder, 'production'), host: undefined })).rejects.toThrow(
      /--host[^]*unset KUBECONFIG/,
    )
  })

  it('is told what it lacks before anything is played', async () => {
    await using api = await startKubernetesApi({ clock: createSystemClock(), token: 'token' })
    const kubeconfig = join(folder, 'config')
    const config = {
      'current-context': 'theirs',
      contexts: [{ name: 'theirs', context: { cluster: 'theirs', user: 'me' } }],
      clusters: [{ name: 'theirs', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'me', user: { token: 'token' } }],
    }
    await writeFile(kubeconfig, JSON.stringify(config))
    await expect(chooseCluster({ ...NO_CHOICE, kubeconfig, host: '192.0.2.1' })).rejects.toThrow(
      'no namespace has a ConfigMap argocd-cm: install Argo CD',
    )
  })
})

describe('the images of a cluster that pulls them', () => {
  it('colours stand for versions in manifests, and are read back as versions', () => {
    const images = imagesOf(undefined)
    expect(images.actual('image: registry.example/web:v1.7.3')).toBe('image: docker.io/argoproj/rollouts-demo:blue')
    expect(images.actual('newTag: v1.8.0\n')).toBe('newTag: yellow\n')
    expect(images.meant('docker.io/argoproj/rollouts-demo:yellow failed; blue serves :large_blue_circle:')).toBe(
      'docker.io/argoproj/rollouts-demo:v1.8.0 failed; v1.7.3 serves :large_blue_circle:',
    )
  })

  it('a repository of one’s own has the very versions', () => {
    expect(imagesOf('harbor.example/team/web').actual('image: registry.example/web:v1.7.3')).toBe('image: harbor.example/team/web:v1.7.3')
  })
})
