/** Names of the origins, by which the function below chooses. */
export const ORIGINS = { environment: 'environment', wake: 'wake' } as const

/**
 * What CloudFront runs for each request, in its own JavaScript (runtime 2.0). A behaviour with a fixed origin group would
 * refuse every POST, to the application too, and CloudFront fails over for reading methods alone; so the group is made here
 * for those, and what is meant for Catnap says so in its query: a signed link, and the form of the wake page.
 */
export const VIEWER_FUNCTION = `
import cf from 'cloudfront'

function handler(event) {
  const request = event.request
  request.headers['x-forwarded-host'] = { value: request.headers.host.value }
  if (request.querystring['catnap-link'] || request.querystring['catnap-post']) {
    cf.selectRequestOriginById('${ORIGINS.wake}')
  } else if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') {
    cf.createRequestOriginGroup({
      originIds: [{ originId: '${ORIGINS.environment}' }, { originId: '${ORIGINS.wake}' }],
      failoverCriteria: { statusCodes: [502, 503, 504] },
    })
  }
  return request
}
`.trim()
