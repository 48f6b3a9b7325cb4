import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createImageRegistry } from '../../src/adapters/registries/registry.ts'
import { readCertificates, withCaFile } from '../../src/options/certificates.ts'
import { registry } from '../../src/registry.ts'
import { configFolder } from '../config/files.ts'

it('certificates are read as they are, and none are where no file is named', () => {
  using folder = configFolder('', { 'ca.pem': 'PEM\n' })
  expect(readCertificates(join(folder.path, 'ca.pem'), 'a server')).toBe('PEM\n')
  expect(readCertificates(undefined, 'a server')).toBeUndefined()
})

it('their file is found from the folder of the configuration, and what stands beside it stays', () => {
  const absolute = (path: string): string => `/etc/kedge/${path}`
  expect(withCaFile({ url: 'https://h', caFile: 'ca.pem' }, absolute)).toEqual({ url: 'https://h', caFile: '/etc/kedge/ca.pem' })
  expect(withCaFile<{ url: string; caFile?: string }>({ url: 'https://h' }, absolute)).toEqual({ url: 'https://h' })
})

it('certificates that cannot be read are a fault of the configuration, whoever wants them, and say of whom they are', async () => {
  const gone = { url: 'https://h.example', caFile: '/gone/ca.pem' }
  const fault = (whose: string) => expect.objectContaining({ code: 'E_CONFIG_INVALID', message: expect.stringContaining(whose) as string })
  const argocd = registry.renderers.find(({ id }) => id === 'argocd')
  await expect(argocd?.open(gone, 'token', { repositories: { open: () => Promise.reject(new Error('unused')) } })).rejects.toEqual(
    fault("caFile /gone/ca.pem of Argo CD's API cannot be read"),
  )
  expect(() => createImageRegistry([{ host: 'ghcr.io', login: () => undefined, caFile: '/gone/ca.pem' }])).toThrow(
    fault('caFile /gone/ca.pem of the registry ghcr.io cannot be read'),
  )
  for (const manifest of registry.alerts ?? []) {
    const site = { now: () => 0, clusterLabel: 'cluster', namespaceLabel: 'namespace', rolloutLabels: [] } as unknown as Parameters<
      typeof manifest.open
    >[2]
    await expect(manifest.open({ ...gone, filters: [] }, {}, site)).rejects.toEqual(
      fault(`caFile /gone/ca.pem of ${manifest.name} cannot be read`),
    )
  }
})
