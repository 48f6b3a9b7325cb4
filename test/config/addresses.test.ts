import { expect, it } from 'vitest'
import { linksFor, linksOf } from '../../src/config/addresses.ts'
import { loadConfig } from '../../src/config/load.ts'
import { decodeId, encodeId } from '../../src/http/request/paging.ts'
import { aRelease } from '../contract/ledger-documents.ts'
import { configFolder } from './files.ts'

it('the links of the file are filled in on cards and on pages', () => {
  using folder = configFolder('apiVersion: kedge/v1\nlinks: [{ text: Dashboard, url: "https://grafana.example/{namespace}/{rollout}" }]\n')
  const { config } = loadConfig({ file: folder.file, env: {} })
  const filled = [{ text: 'Dashboard', url: 'https://grafana.example/shop/web' }]
  expect(linksFor(config, aRelease({ key: 'r' }))).toEqual(filled)
  expect(linksOf(config).more(aRelease({ key: 'r' }))).toEqual(filled)
})

it.each([
  ['https://api.github.com', 'github.com', 'https://github.com/acme/gitops/commit/abc'],
  ['http://127.0.0.1:8080/api/v3', '127.0.0.1:8080', 'http://127.0.0.1:8080/acme/gitops/commit/abc'],
])('a commit on the forge at %s has its page there, reached as the forge is', (apiBaseUrl, host, url) => {
  using folder = configFolder(`apiVersion: kedge/v1\nforges: [{ type: github, apiBaseUrl: "${apiBaseUrl}", tokenFile: t }]\n`, { t: 't' })
  const { config } = loadConfig({ file: folder.file, env: {} })
  expect(linksOf(config).commit(`${host}/acme/gitops`, 'abc')).toBe(url)
  expect(linksOf(config).commit('elsewhere.example/acme/gitops', 'abc')).toBeUndefined()
})

it('a card and a PR lead to the page of their release, where people can reach it', () => {
  using folder = configFolder('apiVersion: kedge/v1\nserver: { publicUrl: "https://kedge.example/" }\n')
  const { config } = loadConfig({ file: folder.file, env: {} })
  const [page] = linksFor(config, aRelease({ key: 'prod|uid-ü|abc|2' }))
  expect(page).toEqual({ text: 'Release', url: `https://kedge.example/releases/${encodeId('prod|uid-ü|abc|2')}` })
  expect(decodeId(page?.url.split('/').at(-1) ?? '')).toBe('prod|uid-ü|abc|2')
})
