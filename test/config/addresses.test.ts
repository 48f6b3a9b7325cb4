import { expect, it } from 'vitest'
import { linksFor, linksOf } from '../../src/config/addresses.ts'
import { loadConfig } from '../../src/config/load.ts'
import { aRelease } from '../contract/ledger-documents.ts'
import { configFolder } from './files.ts'

it('the links of the file are filled in on cards and on pages', () => {
  using folder = configFolder('apiVersion: kedge/v1\nlinks: [{ text: Dashboard, url: "https://grafana.example/{namespace}/{rollout}" }]\n')
  const { config } = loadConfig({ file: folder.file, env: {} })
  const filled = [{ text: 'Dashboard', url: 'https://grafana.example/shop/web' }]
  expect(linksFor(config, aRelease({ key: 'r' }))).toEqual(filled)
  expect(linksOf(config).more(aRelease({ key: 'r' }))).toEqual(filled)
})
