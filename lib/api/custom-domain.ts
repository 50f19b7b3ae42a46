import { CfnApiMapping, CfnDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { CustomDomain as Settings } from '../access-map/sections/host-names-section.ts';

export interface CustomDomainProps {
  readonly domain: Settings;
  readonly apiId: string;
  /** The stage that the domain serves. */
  readonly stage: string;
}

/**
 * The map's domain before one stage of the API. The same resources serve both kinds of API; those
 * of REST APIs alone take base paths of one segment only. Source: API Gateway, "Map API stages to a
 * custom domain name".
 */
export class CustomDomain extends Construct {
  /** Where the DNS record of the domain has to point to. */
  readonly target: string;
  readonly hostedZoneId: string;

  constructor(scope: Construct, id: string, { domain, apiId, stage }: CustomDomainProps) {
    super(scope, id);
    const { name: domainName, certificate: certificateArn, basePath } = domain;
    const configuration = {
      certificateArn,
      endpointType: 'REGIONAL',
      securityPolicy: 'TLS_1_2',
    } as const;
    const named = new CfnDomainName(this, 'Domain', {
      domainName,
      domainNameConfigurations: [configuration],
    });
    new CfnApiMapping(this, 'Mapping', {
      apiId,
      stage,
      domainName: named.ref,
      ...(basePath !== undefined && { apiMappingKey: basePath }),
    });
    this.target = named.attrRegionalDomainName;
    this.hostedZoneId = named.attrRegionalHostedZoneId;
  }
}

/** The URL of the API on its domain. */
export const domainUrl = ({ name, basePath }: Settings): string =>
  `https://${name}${basePath === undefined ? '' : `/${basePath}`}`;
