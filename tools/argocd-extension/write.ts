import { writeFileSync } from 'node:fs'
import { BUNDLES, makeExtension } from './bundle.ts'

// Writes Kedge's extension of Argo CD's page to where it is shipped from.

const script = await makeExtension()
for (const file of BUNDLES) writeFileSync(file, script)
