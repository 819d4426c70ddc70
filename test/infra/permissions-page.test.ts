import { expect, test } from 'vitest'
import { permissionsPage } from '../../infra/permissions-page.ts'

test('docs/permissions.md says what the permission table says', async () => {
  await expect(permissionsPage()).toMatchFileSnapshot('../../docs/permissions.md')
})
