package dev.weft.client.target;

import java.util.List;

/**
 * A submitted job.
 *
 * @param jobId 32 hexadecimal digits
 * @param cluster where the job runs; closed by whoever submitted, when nothing more is asked.
 *     Closing ends the job when the cluster lives in this process, and nothing else
 * @param links where people look: the ResourceManager's page, the job's page
 * @param diesWithClient whether the job ends with this process
 */
public record Deployment(
    String jobId, ClusterConnection cluster, List<String> links, boolean diesWithClient) {}
