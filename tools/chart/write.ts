import { readFileSync, writeFileSync } from 'node:fs'
import { configJsonSchema } from '../../src/config/schema.ts'
import { findHelm, renderPlainManifests } from './helm.ts'

// Writes what the chart and the plain manifests take from elsewhere: the schema of the configuration, and the chart as it renders.

const SCHEMA = new URL('../../charts/kedge/values.schema.json', import.meta.url)
const PLAIN = new URL('../../deploy/kedge.yaml', import.meta.url)

const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { properties: Record<string, unknown> }
const { $schema: _, ...config } = configJsonSchema()
schema.properties['config'] = config
writeFileSync(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`)

const helm = findHelm()
if (helm) writeFileSync(PLAIN, renderPlainManifests(helm))
else process.stderr.write('deploy/kedge.yaml was left as it is: there is no helm (npm run helm:fetch brings one).\n')
