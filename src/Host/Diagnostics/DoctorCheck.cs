namespace Rebalancer.Host.Diagnostics;

/// <param name="Finding">What was seen, in a few words.</param>
/// <param name="Remedy">What to do; null when there is nothing.</param>
public sealed record DoctorCheck(string Name, bool Healthy, string Finding, string? Remedy)
{
    public static DoctorCheck Ok(string name, string finding) => new(name, true, finding, null);

    public static DoctorCheck Problem(string name, string finding, string remedy) => new(name, false, finding, remedy);
}
